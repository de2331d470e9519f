//! The design system: components, keyboard, theme. Knows no slice and no API.
//!
//! Pages write the markup of the prototypes with their class names (`style/`), and these components where something
//! moves, is read aloud or is wired. Texts are given as [`TextProp`](leptos::prelude::TextProp): a text, or
//! `tr!(slice.key)`, which follows the language. Handlers go on the component: `<Button on:click=move |_| ..>`.
//! Styles are classes; never write `style="..."` (the content security policy refuses it), but `style:width=..`.
//!
//! - Text and icons: [`Icon`] `name="check" small=true`, [`Mark`]
//! - Buttons: [`Button`] `kind=Kind::Primary size=Size::Small icon="check" hint="A" busy=signal disabled=signal submit=true wide=true`,
//!   [`LinkButton`] `href=..`, [`IconButton`] `icon="more" label=tr!(..) small=true dot=signal`
//! - Fields: [`Field`] `label required optional hint error group` around one of [`TextInput`] `value=RwSignal<String>`,
//!   [`PasswordInput`], [`TextArea`], [`Select`] `options=Vec<Opt>`, [`Choices`] (cards; with `group`), [`DateField`]
//!   `value=RwSignal<Option<Date>> marks=Marks::new(|date| ..) span min max`, [`PeoplePicker`] `value=RwSignal<Vec<Person>>
//!   search=Search::new(|text| async move { Vec<Opt> })`, [`SearchSelect`], [`Combobox`]; [`Checkbox`], [`Switch`]
//!   `checked=RwSignal<bool>`; [`ErrorSummary`] `errors` above the submit button
//! - Choice of view: [`Tabs`] `value on_select tabs=Vec<Tab> look=TabLook::Fill`, [`Chip`] `pressed`, [`Calendar`]
//! - State: [`Pill`] `tone=Tone::Ok icon="check"`, [`Tag`], [`Count`] `n due label`, [`Ring`] `done of`, [`Bar`] `share label`
//! - People: [`Person`]`::new(id, name)`, [`Avatar`] `person size=AvatarSize::Small named online`, [`AvatarStack`], [`PersonChip`]
//! - Layers: [`Dialog`] `open=RwSignal<bool> title actions=|| view! {..} sticky large`, [`Sheet`], [`Popover`] `pop=Pop::new()`,
//!   [`Menu`] `label items=Vec<MenuItem> class="icon-btn"`; [`toast`]`::{show, error, undo, with_action, undo_latest}`
//! - Page: [`PageTitle`] `text` for the browser's tab
//! - Page states: [`Empty`] `art=Art::Done title text`, [`ErrorCard`] `cause request_id on_retry`, [`SkeletonRows`], [`SkeletonDoc`],
//!   [`Topline`] `active`, [`Banner`], [`Note`] `tone icon`, [`ConnectionBanner`] `link=Signal<Link> on_retry`
//! - Data: [`Table`] `caption columns=Vec<Col> class="edge"` with `<tr>`s, [`Tree`] `nodes=Vec<TreeNode> selected on_select open`
//! - Approval thread: [`Thread`] > [`ThreadNode`] `step=Step::Past person badge=Some(("check", Tone::Ok)) name role when`,
//!   [`ThreadRound`] `summary`, [`Bubble`], [`Seat`]; [`MiniThread`] `steps`, [`MicroThread`] `at of`
//! - Shell, once each: [`ToastHost`], [`KeysHost`], [`Palette`] `open commands=Vec<Command> provider`; before mounting `i18n::start()`, `theme::start()`
//! - Keyboard: [`keys::use_keys`]`(group, vec![Key::new("j", tr!(..), move || ..)])`
//! - Theme: [`theme::theme`], [`theme::set_theme`], [`theme::set_compact`]
//!
//! A module with a `#[component] pub fn` must itself be `pub mod`: the macro makes a function that would be unreachable.

pub mod keys;
pub mod layer;
pub mod theme;
pub mod toast;

pub mod banner;
pub mod button;
pub mod calendar;
pub mod choice;
pub mod combobox;
pub mod date_field;
mod dom;
pub mod field;
pub mod icon;
pub mod input;
pub mod menu;
pub mod page;
pub mod palette;
pub mod person;
pub mod states;
pub mod status;
pub mod table;
pub mod tabs;
pub mod thread;
pub mod tree;

pub use banner::{Banner, ConnectionBanner, Link, Note};
pub use button::{Button, IconButton, Kind, LinkButton, Size};
pub use calendar::{Calendar, DayMark, Marks};
pub use choice::{Checkbox, Choices, Switch};
pub use combobox::{Combobox, PeoplePicker, Search, SearchSelect};
pub use date_field::DateField;
pub use field::{ErrorSummary, Field, FieldCx};
pub use icon::{Icon, Mark};
pub use input::{Opt, PasswordInput, Select, TextArea, TextInput};
pub use keys::{Key, KeysHost, use_keys};
pub use layer::{Dialog, Pop, Popover, Sheet};
pub use menu::{Menu, MenuItem, MenuList};
pub use page::PageTitle;
pub use palette::{Command, Palette, Provider};
pub use person::{Avatar, AvatarSize, AvatarStack, Person, PersonChip, initials, tint};
pub use states::{Art, Drawing, Empty, ErrorCard, SkeletonDoc, SkeletonRows, Topline, page_is_old, reload_page};
pub use status::{Bar, Chip, Count, Pill, Ring, Tag, Tone};
pub use table::{Col, Table};
pub use tabs::{Tab, TabLook, Tabs};
pub use thread::{Bubble, MicroThread, MiniStep, MiniThread, Seat, Step, Thread, ThreadNode, ThreadRound};
pub use toast::ToastHost;
pub use tree::{Tree, TreeNode};
