//! A tree (WAI-ARIA tree pattern): arrows move, open and close; Enter or Space chooses; a letter jumps.

use std::collections::{HashMap, HashSet};

use leptos::attr::custom::custom_attribute;
use leptos::html;
use leptos::prelude::*;

use super::dom;
use super::icon::Icon;

/// A node; nodes come as a flat list, children in their order, parents anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TreeNode {
    /// Its id.
    pub id: String,
    /// The node above it; `None` at the root.
    pub parent: Option<String>,
    /// Its text.
    pub label: String,
    /// A number at its end.
    pub count: Option<u32>,
    /// A word at its end, for a node that is not like the others; it is shown fainter.
    pub tag: Option<String>,
}

/// A node as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    node: TreeNode,
    depth: u32,
    /// `None` for a leaf.
    open: Option<bool>,
}

/// The visible lines in order. A node whose parent is missing stands at the root; a cycle is left out.
fn lines(nodes: &[TreeNode], open: &HashSet<String>) -> Vec<Line> {
    let ids: HashSet<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
    let mut below: HashMap<Option<&str>, Vec<&TreeNode>> = HashMap::new();
    for node in nodes {
        below
            .entry(node.parent.as_deref().filter(|parent| ids.contains(parent)))
            .or_default()
            .push(node);
    }
    let mut out = Vec::with_capacity(nodes.len());
    let mut stack: Vec<(&TreeNode, u32)> = below
        .get(&None)
        .into_iter()
        .flatten()
        .rev()
        .map(|node| (*node, 0))
        .collect();
    while let Some((node, depth)) = stack.pop() {
        let children = below.get(&Some(node.id.as_str()));
        let is_open = children.map(|_| open.contains(&node.id));
        if is_open == Some(true) {
            stack.extend(children.into_iter().flatten().rev().map(|child| (*child, depth + 1)));
        }
        out.push(Line {
            node: node.clone(),
            depth,
            open: is_open,
        });
    }
    out
}

/// A tree of which one node is selected.
#[component]
pub fn Tree(
    /// What the tree shows, for screen readers.
    #[prop(into)]
    label: TextProp,
    /// All nodes.
    #[prop(into)]
    nodes: Signal<Vec<TreeNode>>,
    /// The selected node.
    #[prop(into)]
    selected: Signal<Option<String>>,
    /// Called with the node that is chosen.
    #[prop(into)]
    on_select: Callback<String>,
    /// The open nodes, both ways.
    open: RwSignal<HashSet<String>>,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let shown = Memo::new(move |_| nodes.with(|nodes| open.with(|open| lines(nodes, open))));
    let toggle = move |id: &str, to: bool| {
        open.update(|open| {
            if to {
                open.insert(id.to_owned());
            } else {
                open.remove(id);
            }
        });
    };
    // The one line that Tab reaches: the selected one, else the first.
    let entry = Memo::new(move |_| {
        let selected = selected.get();
        shown.with(|lines| {
            let by_selection = lines.iter().find(|line| Some(&line.node.id) == selected.as_ref());
            by_selection.or(lines.first()).map(|line| line.node.id.clone())
        })
    });
    let keydown = move |event: web_sys::KeyboardEvent| {
        let Some(root) = root.get_untracked() else { return };
        let items = dom::all(&root, "[role=treeitem]");
        let active = document().active_element();
        let at = items.iter().position(|item| active.as_ref() == Some(item.as_ref()));
        let lines = shown.get_untracked();
        let Some((index, line)) = at.and_then(|at| lines.get(at).map(|line| (at, line))) else {
            return;
        };
        let focus_at = |index: usize| items.get(index).into_iter().for_each(|item| dom::focus(item));
        match event.key().as_str() {
            "ArrowDown" => focus_at(index + 1),
            "ArrowUp" => focus_at(index.saturating_sub(1)),
            "Home" => focus_at(0),
            "End" => focus_at(items.len().saturating_sub(1)),
            "ArrowRight" => match line.open {
                Some(false) => toggle(&line.node.id, true),
                Some(true) => focus_at(index + 1),
                None => {}
            },
            "ArrowLeft" if line.open == Some(true) => toggle(&line.node.id, false),
            "ArrowLeft" => {
                let parent = lines
                    .iter()
                    .position(|other| Some(&other.node.id) == line.node.parent.as_ref());
                parent.into_iter().for_each(focus_at);
            }
            "Enter" | " " => on_select.run(line.node.id.clone()),
            key if key.chars().count() == 1 && !event.ctrl_key() && !event.meta_key() && !event.alt_key() => {
                let wanted = key.to_ascii_lowercase();
                let found = (1..=lines.len()).map(|step| (index + step) % lines.len()).find(|i| {
                    lines
                        .get(*i)
                        .is_some_and(|l| l.node.label.to_ascii_lowercase().starts_with(&wanted))
                });
                let Some(found) = found else { return };
                focus_at(found);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="tree" role="tree" node_ref=root aria-label=move || label.get() on:keydown=keydown>
            <For
                each=move || shown.get()
                key=|line| (line.node.clone(), line.depth, line.open.is_some())
                children=move |line| {
                    let id = StoredValue::new(line.node.id);
                    let is_selected = move || selected.with(|s| id.with_value(|id| s.as_ref() == Some(id)));
                    let is_open = Signal::derive(move || line.open.is_some().then(|| open.with(|open| id.with_value(|id| open.contains(id)))));
                    view! {
                        <div
                            class="tree-item"
                            class:faint=line.node.tag.is_some()
                            role="treeitem"
                            style=("--d", line.depth.to_string())
                            {..custom_attribute("aria-level", (line.depth + 1).to_string())}
                            aria-expanded=move || is_open.get().map(|open| if open { "true" } else { "false" })
                            aria-selected=move || if is_selected() { "true" } else { "false" }
                            tabindex=move || if entry.with(|e| id.with_value(|id| e.as_ref() == Some(id))) { "0" } else { "-1" }
                            on:click=move |_| on_select.run(id.get_value())
                        >
                            <span
                                class="twist"
                                aria-hidden="true"
                                on:click=move |event| if let Some(open) = is_open.get_untracked() {
                                    event.stop_propagation();
                                    id.with_value(|id| toggle(id, !open));
                                }
                            >
                                {move || is_open.get().map(|open| view! { <Icon name=if open { "down" } else { "right" } small=true /> })}
                            </span>
                            <span class="clip">{line.node.label}</span>
                            {line.node.count.map(|n| view! { <span class="count">{n}</span> })}
                            {line.node.tag.clone().map(|word| view! { <span class="count">{word}</span> })}
                        </div>
                    }
                }
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, parent: Option<&str>) -> TreeNode {
        TreeNode {
            id: id.into(),
            parent: parent.map(Into::into),
            label: id.to_uppercase(),
            count: None,
            tag: None,
        }
    }

    #[test]
    fn shows_open_branches_in_order() {
        let nodes = [
            node("a", None),
            node("b", Some("a")),
            node("c", Some("b")),
            node("d", Some("a")),
            node("e", Some("gone")),
        ];
        let check = |open: &[&str], expected: &str| {
            let open = open.iter().map(|id| (*id).to_owned()).collect();
            let text: Vec<String> = lines(&nodes, &open)
                .iter()
                .map(|l| format!("{}{}", l.depth, l.node.id))
                .collect();
            assert_eq!(text.join(" "), expected);
        };
        check(&[], "0a 0e");
        check(&["a"], "0a 1b 1d 0e");
        check(&["a", "b"], "0a 1b 2c 1d 0e");
        check(&["b"], "0a 0e");
        assert!(lines(&[node("x", Some("y")), node("y", Some("x"))], &HashSet::new()).is_empty());
    }
}
