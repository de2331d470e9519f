#!/usr/bin/env bash
# Every check of the project, on a machine that has Rust through rustup. Ends with the test runner's own summary.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# ---- What the tests need: a browser with its driver, a Chinese font, PostgreSQL's binaries.
needs=()
command -v chromium >/dev/null && command -v chromedriver >/dev/null || needs+=(chromium chromium-driver)
fc-list 2>/dev/null | grep -qi 'CJK' || needs+=(fontconfig fonts-noto-cjk)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || needs+=(postgresql)
command -v cc >/dev/null || needs+=(build-essential)
if [ ${#needs[@]} -gt 0 ]; then
    say "Installing ${needs[*]}"
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
        "${as_root[@]}" apt-get update -qq
        DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${needs[@]}" >/dev/null
    else
        echo "The tests need these Debian packages, and this script may not install them: ${needs[*]}" >&2
        exit 1
    fi
fi
rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown

say "Formatting"
cargo fmt --all --check

say "Lints"
cargo clippy --locked --workspace --exclude frontend --all-targets -- -D warnings
cargo clippy --locked -p frontend --target wasm32-unknown-unknown -- -D warnings

say "The web app, within its budget"
cargo run --locked -q -p bundle -- --check-budget

say "Unit and property tests"
cargo test --locked --workspace --lib --bins

say "The program itself: its command line, and what it tells of its work"
cargo test --locked -p tongshi --test cli --test watch

say "Integration on SQLite and PostgreSQL, and journeys in the browser"
cargo test --locked -p tests --test it
