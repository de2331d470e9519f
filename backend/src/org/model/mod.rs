//! Values and rules of the organisation. Pure.

mod membership;
pub mod normal;
mod reporting;
mod search;
mod tree;

pub use membership::{MOST_MEMBERSHIPS, Membership, check_memberships};
pub use reporting::{check_manager, circles, line};
pub use search::{SearchKey, Searched, search_key};
pub use tree::{MOST_DEPTH, Node, Place, Tree, clean_name, ids_of_path, path_below};
