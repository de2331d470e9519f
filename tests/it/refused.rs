//! What is refused changes nothing: every mutation with inputs that are missing, null, of the wrong type, too large, foreign, stale,
//! late or sent twice, and the whole database before and after.

mod keys;
mod late;
mod meaning;
mod shape;
mod world;
