//! Names of people as they occur: weighted surnames, compound and minority names, polyphone surnames, rare characters.

use rand::Rng;
use rand::seq::IndexedRandom;

/// The commonest surnames with their share in a thousand, after the national register's yearly list.
const SURNAMES: &[(&str, u32)] = &[
    ("王", 72),
    ("李", 72),
    ("张", 68),
    ("刘", 54),
    ("陈", 46),
    ("杨", 31),
    ("赵", 21),
    ("黄", 22),
    ("周", 19),
    ("吴", 20),
    ("徐", 15),
    ("孙", 15),
    ("胡", 12),
    ("朱", 12),
    ("高", 11),
    ("林", 12),
    ("何", 11),
    ("郭", 11),
    ("马", 10),
    ("罗", 10),
    ("梁", 9),
    ("宋", 8),
    ("郑", 8),
    ("谢", 7),
    ("韩", 7),
    ("唐", 7),
    ("冯", 7),
    ("于", 6),
    ("董", 6),
    ("萧", 5),
    ("程", 6),
    ("曹", 6),
    ("袁", 5),
    ("邓", 6),
    ("许", 6),
    ("傅", 5),
    ("沈", 5),
    ("曾", 6),
    ("彭", 5),
    ("吕", 5),
    ("苏", 5),
    ("卢", 5),
    ("蒋", 5),
    ("蔡", 5),
    ("贾", 5),
    ("丁", 5),
    ("魏", 5),
    ("薛", 4),
    ("叶", 5),
    ("阎", 3),
    ("余", 5),
    ("潘", 4),
    ("杜", 4),
    ("戴", 4),
    ("夏", 4),
    ("钟", 4),
    ("汪", 4),
    ("田", 4),
    ("任", 4),
    ("姜", 4),
    ("范", 4),
    ("方", 4),
    ("石", 3),
    ("姚", 3),
    ("谭", 3),
    ("廖", 3),
    ("邹", 3),
    ("熊", 3),
    ("金", 3),
    ("陆", 3),
    ("郝", 3),
    ("孔", 3),
    ("白", 3),
    ("崔", 3),
    ("康", 3),
    ("毛", 3),
    ("邱", 3),
    ("秦", 3),
    ("江", 3),
    ("史", 3),
    ("顾", 3),
    ("侯", 3),
    ("邵", 2),
    ("孟", 2),
    ("龙", 2),
    ("万", 2),
    ("段", 2),
    ("雷", 2),
    ("钱", 2),
    ("汤", 2),
    ("尹", 2),
    ("黎", 2),
    ("易", 2),
    ("常", 2),
    ("武", 2),
    ("乔", 2),
    ("贺", 2),
    ("赖", 2),
    ("龚", 2),
    ("文", 2),
    ("单", 1),
    ("仇", 1),
    ("解", 1),
    ("查", 1),
    ("欧阳", 2),
    ("司马", 1),
    ("上官", 1),
    ("诸葛", 1),
];

const GIVEN_FEMALE: &[&str] = &[
    "雪", "婷", "倩", "敏", "静怡", "晓燕", "思敏", "雨桐", "佳怡", "丽娟", "海霞", "欣怡", "子涵", "梦洁", "玉兰",
    "春梅", "诗涵", "嘉宁", "若曦", "一诺", "可馨", "文静", "雅琴", "慧玲", "晓彤", "美玲", "淑芬", "红梅", "晴", "婧",
    "蕾", "莹", "璐", "瑶", "紫萱", "冰洁", "艳红", "云霞", "亚楠", "思琪",
];
const GIVEN_MALE: &[&str] = &[
    "磊", "凯", "俊", "浩然", "志远", "国栋", "嘉豪", "一鸣", "子墨", "明远", "建国", "文博", "宇航", "鹏飞", "思源",
    "伟", "强", "勇", "杰", "涛", "超", "翔", "晨", "俊杰", "海波", "志强", "家明", "天佑", "永康", "世杰", "振华",
    "庆丰", "晓东", "立新", "锦程", "睿", "恒", "泽宇", "奕辰", "冠霖",
];
/// First characters of given names of two, and last ones of women and men: enough combinations for a large company.
const FIRST: &[&str] = &[
    "文", "嘉", "思", "雨", "子", "若", "清", "明", "晓", "书", "宇", "安", "诗", "景", "佳", "梓", "俊", "怀", "云",
    "新", "海", "国", "志", "春", "玉", "永", "小", "天", "立", "正", "心", "可", "亦", "知", "修", "昕", "启", "承",
    "维", "静",
];
const LAST_FEMALE: &[&str] = &[
    "婷", "怡", "洁", "琳", "瑶", "妍", "萱", "岚", "菲", "雯", "颖", "娜", "慧", "敏", "君", "珊", "蓉", "彤", "宁",
    "悦", "琪", "然", "欣", "薇", "月", "兰",
];
const LAST_MALE: &[&str] = &[
    "远", "豪", "辉", "航", "峰", "博", "轩", "杰", "涛", "宇", "鹏", "飞", "斌", "恒", "凯", "林", "川", "阳", "松",
    "毅", "成", "平", "然", "波", "栋", "瑞",
];
/// Names that systems tend to break on: minority names with a middle dot, English names, characters outside GBK.
const SPECIAL: &[(&str, bool)] = &[
    ("阿依古丽·买买提", true),
    ("巴特尔·苏和", false),
    ("卓玛·央金", true),
    ("Emily Carter", true),
    ("Daniel Wong", false),
    ("王㛃", true),
    ("李堃", false),
    ("陈喆", false),
];

/// A name and whether its bearer is a woman.
pub(super) struct Name {
    /// Full name.
    pub(super) full: String,
    /// Whether a woman.
    pub(super) female: bool,
}

/// The name of the `index`-th person: mostly common ones, some special.
pub(super) fn name(rng: &mut impl Rng, index: usize) -> Name {
    // One in forty is special, so that 200 people show each kind.
    if index % 40 == 17
        && let Some((full, female)) = SPECIAL.get(index / 40)
    {
        return Name {
            full: (*full).to_owned(),
            female: *female,
        };
    }
    let female = rng.random_bool(0.46);
    Name {
        full: common(rng, female),
        female,
    }
}

/// A common name of a woman or a man.
pub(super) fn common(rng: &mut impl Rng, female: bool) -> String {
    let surname = SURNAMES
        .choose_weighted(rng, |(_, weight)| *weight)
        .map_or("王", |(surname, _)| *surname);
    let whole = if female { GIVEN_FEMALE } else { GIVEN_MALE };
    if rng.random_bool(0.4) {
        return format!("{surname}{}", whole.choose(rng).copied().unwrap_or("明"));
    }
    let last = if female { LAST_FEMALE } else { LAST_MALE };
    let first = FIRST.choose(rng).copied().unwrap_or("文");
    let last = last.choose(rng).copied().filter(|last| *last != first).unwrap_or("明");
    format!("{surname}{first}{last}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn two_hundred_names_show_every_kind() {
        let mut rng = StdRng::seed_from_u64(7);
        let names: Vec<_> = (0..200).map(|index| name(&mut rng, index).full).collect();
        assert!(names.iter().any(|name| name.contains('·')), "a minority name");
        assert!(names.iter().any(|name| name.is_ascii()), "an English name");
        let common = names.iter().filter(|name| name.starts_with(['王', '李', '张'])).count();
        assert!(
            (20..80).contains(&common),
            "{common} of 200 bear the three commonest surnames"
        );
    }
}
