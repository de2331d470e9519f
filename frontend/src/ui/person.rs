//! People: avatars, stacks of them, and chips with a name.

use leptos::prelude::*;

use super::icon::Icon;
use crate::t;

/// What the interface needs to draw a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Person {
    /// The member's id; gives the tint.
    pub id: String,
    /// The name as it is shown.
    pub name: String,
}

impl Person {
    /// A person by id and name.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
        }
    }
}

/// Diameter of an avatar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 20 px, one character.
    Tiny,
    /// 24 px, one character.
    Small,
    /// 32 px, two characters.
    #[default]
    Medium,
    /// 40 px.
    Large,
    /// 56 px.
    Huge,
}

impl AvatarSize {
    fn class(self) -> &'static str {
        match self {
            Self::Tiny => "av xs",
            Self::Small => "av sm",
            Self::Medium => "av",
            Self::Large => "av lg",
            Self::Huge => "av xl",
        }
    }

    fn letters(self) -> usize {
        if matches!(self, Self::Tiny | Self::Small) { 1 } else { 2 }
    }
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// What stands in an avatar: of a Chinese name its last characters, of others the initials. A name of several parts
/// (`阿依古丽·买买提`) counts by its first one; what stands in brackets does not count.
pub fn initials(name: &str, letters: usize) -> String {
    let name = name.split(['(', '（', '[']).next().unwrap_or(name).trim();
    let first_part = name.split(['·', '・', '•']).next().unwrap_or(name);
    let cjk: Vec<char> = first_part.chars().filter(|c| is_cjk(*c)).collect();
    if !cjk.is_empty() {
        return cjk.iter().skip(cjk.len().saturating_sub(letters)).collect();
    }
    let mut words = name
        .split([' ', '.', '-', '_', '·'])
        .filter_map(|word| word.chars().next());
    let first = words.next();
    let last = if letters > 1 { words.next_back() } else { None };
    first.into_iter().chain(last).map(|c| c.to_ascii_uppercase()).collect()
}

/// The tint 1 to 6 of an id: FNV-1a, so that a person has the same colour everywhere.
pub fn tint(id: &str) -> u32 {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    // The high bits are the better mixed ones.
    (hash >> 8) % 6 + 1
}

/// A person's round sign. It is hidden from screen readers: the name stands next to it; where it does not, set `named`.
#[component]
pub fn Avatar(
    /// Whose.
    person: Person,
    /// How large.
    #[prop(optional)]
    size: AvatarSize,
    /// The avatar stands alone and must say the name.
    #[prop(optional)]
    named: bool,
    /// A green dot: here now.
    #[prop(optional, into)]
    online: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <span
            class=size.class()
            data-t=tint(&person.id).to_string()
            role=named.then_some("img")
            aria-label=named.then(|| person.name.clone())
            aria-hidden=(!named).then_some("true")
            title=named.then(|| person.name.clone())
        >
            {initials(&person.name, size.letters())}
            {online.map(|online| move || online.get().then(|| view! { <span class="on"></span> }))}
        </span>
    }
}

/// At most three avatars, then how many more there are.
#[component]
pub fn AvatarStack(
    /// The people shown first.
    people: Vec<Person>,
    /// How many there are in all, where the list is cut.
    #[prop(optional)]
    total: Option<usize>,
) -> impl IntoView {
    let total = total.unwrap_or(people.len()).max(people.len());
    let shown = if total > 3 { 3.min(people.len()) } else { people.len() };
    let names = crate::i18n::names(&people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>());
    let rest = total - shown;
    view! {
        <span class="stack" role="img" aria-label=names.clone() title=names>
            {people.into_iter().take(shown).map(|person| view! { <Avatar person size=AvatarSize::Small /> }).collect_view()}
            {(rest > 0).then(|| view! { <span class="av sm more num" title=move || t!(ui.stack_more, n = rest)>{format!("+{rest}")}</span> })}
        </span>
    }
}

/// A chip with avatar and name, with a button to remove it where `on_remove` is given.
#[component]
pub fn PersonChip(
    /// Who.
    person: Person,
    /// Takes the person out.
    #[prop(optional, into)]
    on_remove: Option<Callback<Person>>,
) -> impl IntoView {
    let who = person.clone();
    let name = person.name.clone();
    view! {
        <span class="person">
            <Avatar person=person.clone() size=AvatarSize::Small />
            {person.name}
            {on_remove.map(|callback| view! {
                <button
                    type="button"
                    class="chip-x"
                    aria-label=move || t!(ui.remove, what = name)
                    on:click=move |_| callback.run(who.clone())
                >
                    <Icon name="x" small=true />
                </button>
            })}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_telling_letters() {
        let check = |name, two: &str, one: &str| {
            assert_eq!(initials(name, 2), two, "{name}");
            assert_eq!(initials(name, 1), one, "{name}");
        };
        check("周明远", "明远", "远");
        check("韩雪", "韩雪", "雪");
        check("司马晴", "马晴", "晴");
        check("阿依古丽·买买提", "古丽", "丽");
        check("张伟（0173）", "张伟", "伟");
        check("Grace Hopper", "GH", "G");
        check("alan mathison turing", "AT", "A");
        check("zhou", "Z", "Z");
        check("", "", "");
    }

    #[test]
    fn tints_are_steady_and_spread() {
        let mut seen = [0; 7];
        for n in 0..600 {
            let id = format!("member_01h455vb4pex5vsknk0{n:05}");
            assert_eq!(tint(&id), tint(&id));
            seen[tint(&id) as usize] += 1;
        }
        assert_eq!(seen[0], 0);
        assert!(seen[1..].iter().all(|n| *n > 50), "{seen:?}");
    }
}
