//! What a template version says: the process, its nodes and policies, as JSON the process designer edits.

use entity::NodeKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::form::FormSchema;
use super::policies::Policies;
use super::settings::{AssigneeSettings, CcSettings};

/// A template version: form, process and policies. Immutable once published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// What is asked.
    pub form: FormSchema,
    /// Who decides, in which order.
    pub process: Process,
    /// Rules of the process as a whole.
    #[serde(default)]
    pub policies: Policies,
}

/// Nodes in order; branches hold nodes of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// First to last.
    pub nodes: Vec<Node>,
}

/// One node of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Stable key, unique in the process.
    pub key: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: String,
    /// What it does.
    #[serde(flatten)]
    pub settings: Settings,
}

/// What a node does, by kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Settings {
    /// Submission; always first.
    Start,
    /// People decide.
    Approve(AssigneeSettings),
    /// People do something and may not refuse.
    Handle(AssigneeSettings),
    /// People are informed; never blocks.
    Cc(CcSettings),
    /// The first branch that holds is taken; the last one is the default.
    Exclusive {
        /// In order; the last has no condition.
        branches: Vec<Branch>,
    },
    /// All branches (not yet run).
    Parallel {
        /// Taken together.
        branches: Vec<Branch>,
    },
    /// All branches that hold (not yet run).
    Inclusive {
        /// Taken together where they hold.
        branches: Vec<Branch>,
    },
    /// Waits (not yet run).
    Delay(Map<String, Value>),
    /// Calls another system (not yet run).
    Trigger(Map<String, Value>),
    /// Sets a field (not yet run).
    SetField(Map<String, Value>),
    /// Runs another process (not yet run).
    Subprocess(Map<String, Value>),
    /// The end; optional as last node.
    End,
}

/// A branch of a split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// Stable key, unique in the process.
    pub key: String,
    /// Name in Chinese.
    #[serde(default)]
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: String,
    /// CEL over `form`, `applicant` and `computed`; none for the default branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Its nodes; none means: go on behind the split.
    #[serde(default)]
    pub nodes: Vec<Node>,
}

impl Settings {
    /// The kind as rows name it.
    pub fn kind(&self) -> NodeKind {
        match self {
            Self::Start => NodeKind::Start,
            Self::Approve(_) => NodeKind::Approve,
            Self::Handle(_) => NodeKind::Handle,
            Self::Cc(_) => NodeKind::Cc,
            Self::Exclusive { .. } => NodeKind::Exclusive,
            Self::Parallel { .. } => NodeKind::Parallel,
            Self::Inclusive { .. } => NodeKind::Inclusive,
            Self::Delay(_) => NodeKind::Delay,
            Self::Trigger(_) => NodeKind::Trigger,
            Self::SetField(_) => NodeKind::SetField,
            Self::Subprocess(_) => NodeKind::Subprocess,
            Self::End => NodeKind::End,
        }
    }

    /// Settings of a node that asks people.
    pub fn assignees(&self) -> Option<&AssigneeSettings> {
        match self {
            Self::Approve(settings) | Self::Handle(settings) => Some(settings),
            _ => None,
        }
    }

    /// Branches of a split.
    pub fn branches(&self) -> &[Branch] {
        match self {
            Self::Exclusive { branches } | Self::Parallel { branches } | Self::Inclusive { branches } => branches,
            _ => &[],
        }
    }
}

impl Process {
    /// All nodes, depth first, in reading order.
    pub fn all(&self) -> Vec<&Node> {
        fn collect<'a>(nodes: &'a [Node], into: &mut Vec<&'a Node>) {
            for node in nodes {
                into.push(node);
                for branch in node.settings.branches() {
                    collect(&branch.nodes, into);
                }
            }
        }
        let mut all = Vec::new();
        collect(&self.nodes, &mut all);
        all
    }

    /// The node with a key.
    pub fn node(&self, key: &str) -> Option<&Node> {
        self.all().into_iter().find(|node| node.key == key)
    }

    /// The start node.
    pub fn start(&self) -> Option<&Node> {
        self.nodes.first().filter(|node| node.settings == Settings::Start)
    }

    /// The node that follows one with a key; none behind the last.
    pub fn after(&self, key: &str) -> Option<&Node> {
        fn search<'a>(nodes: &'a [Node], key: &str, behind: Option<&'a Node>) -> Option<Option<&'a Node>> {
            nodes.iter().enumerate().find_map(|(i, node)| {
                let next = nodes.get(i + 1).or(behind);
                if node.key == key {
                    return Some(next);
                }
                node.settings
                    .branches()
                    .iter()
                    .find_map(|branch| search(&branch.nodes, key, next))
            })
        }
        search(&self.nodes, key, None).flatten()
    }
}
