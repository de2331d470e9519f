//! Processes of a company's own, over the API: how votes count, ways back, who is asked, what each state allows. The engine has
//! tests of its own; these see what it decides through the rows, the lists and the rights around it.

mod assignees;
mod fields;
mod matrix;
mod nodes;
mod office;
mod returns;
mod signing;
mod vacancies;
