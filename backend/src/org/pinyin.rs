//! Pinyin of personal names, so that 曾一鸣 is found by `zengyiming`, `zengym`, `zym` and `一鸣`.
//!
//! Characters read differently as a surname (单 shan, 仇 qiu) come first in that reading and again in the common one, because people
//! type either. Sources of the surname readings: 现代汉语词典 (第 7 版), entries marked 姓.

use pinyin::ToPinyin;

/// Readings of a name, in the form the columns `pinyin` and `initials` of `org_member` hold: one word per reading, apart by a space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// `zengyiming cengyiming`.
    pub pinyin: String,
    /// `zym cym`.
    pub initials: String,
}

/// Most readings kept of one name.
const MOST_READINGS: usize = 4;

/// Surnames of two characters of which a reading differs from the common one.
const COMPOUND: &[(&str, [&str; 2])] = &[
    ("尉迟", ["yu", "chi"]),
    ("长孙", ["zhang", "sun"]),
    ("万俟", ["mo", "qi"]),
    ("澹台", ["tan", "tai"]),
    ("单于", ["chan", "yu"]),
    ("乐正", ["yue", "zheng"]),
    ("令狐", ["ling", "hu"]),
    ("鲜于", ["xian", "yu"]),
    ("皇甫", ["huang", "fu"]),
    ("欧阳", ["ou", "yang"]),
    ("司马", ["si", "ma"]),
    ("上官", ["shang", "guan"]),
    ("诸葛", ["zhu", "ge"]),
    ("夏侯", ["xia", "hou"]),
    ("百里", ["bai", "li"]),
    ("宰父", ["zai", "fu"]),
    ("亓官", ["qi", "guan"]),
];

/// Surnames of one character with their reading as a surname.
const SURNAME: &[(char, &str)] = &[
    ('曾', "zeng"),
    ('单', "shan"),
    ('仇', "qiu"),
    ('解', "xie"),
    ('查', "zha"),
    ('区', "ou"),
    ('朴', "piao"),
    ('盖', "ge"),
    ('覃', "qin"),
    ('缪', "miao"),
    ('翟', "zhai"),
    ('秘', "bi"),
    ('冼', "xian"),
    ('洗', "xian"),
    ('员', "yun"),
    ('任', "ren"),
    ('华', "hua"),
    ('应', "ying"),
    ('车', "che"),
    ('种', "chong"),
    ('黑', "he"),
    ('折', "she"),
    ('乜', "nie"),
    ('召', "shao"),
    ('柏', "bai"),
    ('臧', "zang"),
    ('藏', "zang"),
    ('繁', "po"),
    ('都', "du"),
    ('祭', "zhai"),
    ('能', "nai"),
    ('乐', "yue"),
    ('谌', "chen"),
    ('牟', "mou"),
    ('訾', "zi"),
    ('隗', "wei"),
    ('句', "gou"),
    ('郇', "xun"),
    ('葛', "ge"),
    ('阚', "kan"),
    ('沈', "shen"),
    ('石', "shi"),
    ('曲', "qu"),
    ('宁', "ning"),
    ('晟', "cheng"),
    ('尹', "yin"),
    ('尉', "wei"),
    ('逄', "pang"),
    ('佴', "nai"),
    ('郄', "qie"),
    ('撒', "sa"),
    ('那', "na"),
    ('哈', "ha"),
    ('燕', "yan"),
    ('过', "guo"),
    ('令', "ling"),
    ('卜', "bu"),
    ('长', "chang"),
    ('贾', "jia"),
    ('褚', "chu"),
    ('纪', "ji"),
];

/// Characters of given names with a second common reading.
const SECOND: &[(char, &str)] = &[
    ('乐', "yue"),
    ('长', "zhang"),
    ('行', "hang"),
    ('重', "chong"),
    ('茜', "xi"),
    ('朝', "zhao"),
    ('盛', "cheng"),
    ('翟', "di"),
    ('覃', "tan"),
    ('牟', "mu"),
    ('隗', "kui"),
    ('宁', "ning"),
    ('晟', "sheng"),
    ('芮', "rui"),
    ('莘', "xin"),
    ('桦', "hua"),
    ('着', "zhao"),
    ('调', "tiao"),
    ('车', "ju"),
];

/// Reads a name. Latin letters and digits stay as they are, lower case; a new Latin word gives an initial of its own. Marks such as `·`
/// vanish, and so do characters without a known reading.
pub fn read(name: &str) -> Reading {
    let syllables = syllables(name.trim());
    let mut readings: Vec<(String, String)> = vec![(String::new(), String::new())];
    for options in &syllables {
        let mut next = Vec::with_capacity(readings.len());
        // The first option extends every reading before a second one is tried, so that the likeliest come first and survive the cut.
        for option in options {
            for (pinyin, initials) in &readings {
                if next.len() == MOST_READINGS {
                    break;
                }
                let mut initials = initials.clone();
                initials.extend(option.chars().next());
                next.push((format!("{pinyin}{option}"), initials));
            }
        }
        readings = next;
    }
    let mut reading = Reading::default();
    for (pinyin, initials) in readings {
        push_word(&mut reading.pinyin, &pinyin);
        push_word(&mut reading.initials, &initials);
    }
    reading
}

/// Adds a word to words apart by spaces, unless it is there or empty.
fn push_word(words: &mut String, word: &str) {
    if word.is_empty() || words.split(' ').any(|known| known == word) {
        return;
    }
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(word);
}

/// The readings of each syllable or Latin word of a name, the likeliest first.
fn syllables(name: &str) -> Vec<Vec<String>> {
    let mut result = Vec::new();
    let mut rest = name;
    if let Some((_, readings)) = COMPOUND.iter().find(|(surname, _)| name.starts_with(surname)) {
        let mut chars = rest.chars();
        for reading in readings {
            let mut options = vec![(*reading).to_owned()];
            if let Some(common) = chars.next().and_then(common) {
                push_option(&mut options, common);
            }
            result.push(options);
        }
        rest = chars.as_str();
    } else if let Some((first, surname)) = name
        .chars()
        .next()
        .and_then(|first| SURNAME.iter().find(|(c, _)| *c == first))
    {
        let mut options = vec![(*surname).to_owned()];
        if let Some(common) = common(*first) {
            push_option(&mut options, common);
        }
        add_second(&mut options, *first);
        result.push(options);
        rest = name.get(first.len_utf8()..).unwrap_or_default();
    }
    let mut word = String::new();
    for c in rest.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        if !word.is_empty() {
            result.push(vec![std::mem::take(&mut word)]);
        }
        if let Some(common) = common(c) {
            let mut options = vec![common];
            add_second(&mut options, c);
            result.push(options);
        }
    }
    if !word.is_empty() {
        result.push(vec![word]);
    }
    result
}

fn add_second(options: &mut Vec<String>, c: char) {
    for (_, second) in SECOND.iter().filter(|(known, _)| *known == c) {
        push_option(options, (*second).to_owned());
    }
}

fn push_option(options: &mut Vec<String>, option: String) {
    if !options.contains(&option) {
        options.push(option);
    }
}

/// The common reading of a character, in the letters a keyboard has: `lv` for 吕.
fn common(c: char) -> Option<String> {
    let plain = c.to_pinyin()?.plain();
    Some(plain.chars().map(|c| if c == 'ü' { 'v' } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(name: &str, pinyin: &str, initials: &str) {
        let reading = read(name);
        assert_eq!(
            (reading.pinyin.as_str(), reading.initials.as_str()),
            (pinyin, initials),
            "{name}"
        );
    }

    #[test]
    fn names_are_read_as_people_say_them() {
        check("张伟", "zhangwei", "zw");
        check("曾一鸣", "zengyiming cengyiming", "zym cym");
        check("单婷", "shanting danting", "st dt");
        check("仇英", "qiuying chouying", "qy cy");
        check("解晓东", "xiexiaodong jiexiaodong", "xxd jxd");
        check("查良镛", "zhaliangyong chaliangyong", "zly cly");
        check("欧阳婧", "ouyangjing", "oyj");
        check("司马光", "simaguang", "smg");
        check("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt");
        check("吕布", "lvbu", "lb");
        check("Anna Smith", "annasmith", "as");
        check("李Lily", "lilily", "ll");
        check("  张伟  ", "zhangwei", "zw");
        check("", "", "");
        check("·", "", "");
    }

    #[test]
    fn a_compound_surname_may_have_its_own_reading() {
        assert!(read("尉迟恭").pinyin.starts_with("yuchigong "));
        assert!(read("万俟卨").pinyin.split(' ').any(|word| word.starts_with("moqi")));
    }

    proptest! {
        #[test]
        fn any_name_gives_few_ascii_words(name in "\\PC{0,40}") {
            let reading = read(&name);
            prop_assert!(reading.pinyin.split(' ').count() <= MOST_READINGS);
            prop_assert!(reading.pinyin.is_ascii() && reading.initials.is_ascii(), "{reading:?}");
        }
    }
}
