//! The walls of the house, read from the source: who may import whom, how large a file may be, which paths the docs name.

use std::fs;
use std::path::{Path, PathBuf};

/// Largest file, in lines without its trailing test module.
const MOST_LINES: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// Rust files below a folder, as paths from the root with their text.
fn sources(below: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                let name = path.strip_prefix(root()).expect("inside").display().to_string();
                found.push((name, text));
            }
        }
    }
    assert!(!found.is_empty(), "{below} holds no source");
    found
}

/// Code without comments and without a trailing test module.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..end]
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What files matching `applies` must not contain, and why.
struct Wall {
    below: &'static str,
    applies: fn(&str) -> bool,
    forbidden: &'static [&'static str],
    why: &'static str,
}

fn file_or_folder(path: &str, part: &str) -> bool {
    path.ends_with(&format!("/{part}.rs")) || path.contains(&format!("/{part}/"))
}

const WALLS: &[Wall] = &[
    Wall {
        below: "migration/src",
        applies: |_| true,
        forbidden: &["use entity", "use tongshi"],
        why: "migrations depend on no other crate of ours",
    },
    Wall {
        below: "entity/src",
        applies: |_| true,
        forbidden: &["async_graphql", "tongshi::", "axum", "tokio"],
        why: "rows know no transport and no behaviour",
    },
    Wall {
        below: "backend/src",
        applies: |path| {
            (file_or_folder(path, "model") || file_or_folder(path, "policy") || path.contains("/engine/"))
                && !path.contains("/graphql/")
        },
        forbidden: &[
            "async fn",
            ".await",
            "sea_orm::",
            "axum",
            "async_graphql",
            "tokio",
            "Utc::now",
            "rand::",
        ],
        why: "model, policy and engine are pure",
    },
    Wall {
        below: "backend/src",
        applies: |path| file_or_folder(path, "service"),
        forbidden: &["async_graphql", "axum"],
        why: "services know no transport",
    },
    Wall {
        below: "backend/src",
        applies: |path| file_or_folder(path, "graphql") && !path.starts_with("backend/src/graphql/"),
        forbidden: &["sea_orm"],
        why: "GraphQL is thin: queries belong to services",
    },
    Wall {
        below: "backend/src",
        applies: |path| {
            ["cx.rs", "error.rs", "access.rs", "secret.rs"]
                .iter()
                .any(|name| path == format!("backend/src/{name}"))
                || path.starts_with("backend/src/event/")
                || path.starts_with("backend/src/db/")
        },
        forbidden: &[
            "async_graphql",
            "axum",
            "crate::approval",
            "crate::leave",
            "crate::org",
            "crate::identity",
            "crate::notification",
        ],
        why: "the core knows no slice and no transport",
    },
    Wall {
        below: "frontend/src/ui",
        applies: |_| true,
        forbidden: &["crate::api", "crate::approval", "crate::leave", "crate::org"],
        why: "the design system knows no slice and no API",
    },
    Wall {
        below: "frontend/src/api",
        applies: |_| true,
        forbidden: &["crate::ui"],
        why: "the API layer knows no look",
    },
    Wall {
        below: "frontend/src",
        applies: |path| path.ends_with("/state.rs"),
        forbidden: &["leptos::", "web_sys"],
        why: "page state is pure",
    },
];

#[test]
fn nobody_reaches_through_a_wall() {
    let mut holes = Vec::new();
    for wall in WALLS {
        for (path, text) in sources(wall.below).iter().filter(|(path, _)| (wall.applies)(path)) {
            let code = code(text);
            for word in wall.forbidden.iter().filter(|word| code.contains(**word)) {
                holes.push(format!("{path}: `{word}`, but {}", wall.why));
            }
        }
    }
    assert!(holes.is_empty(), "{}", holes.join("\n"));
}

#[test]
fn files_stay_small() {
    let mut large = Vec::new();
    for below in [
        "entity/src",
        "migration/src",
        "backend/src",
        "frontend/src",
        "frontend/bundle/src",
        "tests/src",
        "tests/it",
    ] {
        for (path, text) in sources(below) {
            let lines = code(&text).lines().count();
            if lines > MOST_LINES {
                large.push(format!("{path}: {lines} lines"));
            }
        }
    }
    assert!(large.is_empty(), "over {MOST_LINES} lines:\n{}", large.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    let mut found = Vec::new();
    for below in [
        "entity/src",
        "migration/src",
        "backend/src",
        "frontend/src",
        "frontend/bundle/src",
        "tests/src",
    ] {
        for (path, text) in sources(below) {
            for (number, line) in text.lines().enumerate() {
                if ["TODO", "FIXME", "#[allow(", "#![allow("]
                    .iter()
                    .any(|word| line.contains(word))
                {
                    found.push(format!("{path}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_path_the_docs_name_exists() {
    let mut missing = Vec::new();
    let mut pages: Vec<PathBuf> = fs::read_dir(root().join("docs"))
        .expect("docs")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    pages.push(root().join("README.md"));
    for page in pages
        .iter()
        .filter(|page| page.extension().is_some_and(|extension| extension == "md"))
    {
        let text = fs::read_to_string(page).expect("text");
        for word in text.split('`').skip(1).step_by(2) {
            let names_a_file = ["backend/", "entity/", "migration/", "frontend/", "tests/", "docs/"]
                .iter()
                .any(|top| word.starts_with(top));
            let example = word.contains(['<', ' ', '*', '{']) || word.contains("visitor");
            if names_a_file && !example && !root().join(word).exists() {
                missing.push(format!("{}: {word}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn both_languages_have_the_same_texts() {
    let names = |language: &str| {
        let mut names: Vec<_> = fs::read_dir(root().join("frontend/locales").join(language))
            .expect("texts")
            .flatten()
            .map(|entry| entry.file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("zh-CN"), names("en"));
}
