//! The public contract: the SDL in the tree is the one the server speaks.

use tongshi::graphql::schema;

#[test]
fn the_schema_in_the_tree_is_current() {
    let told = schema::build(None, schema::Build::default()).sdl();
    let written = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../backend/schema.graphql"))
        .expect("the contract");
    assert!(
        told == written,
        "backend/schema.graphql is stale: cargo run -- schema > backend/schema.graphql"
    );
}
