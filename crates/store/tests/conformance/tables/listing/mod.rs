//! Lists of tasks: which of them, in which order, from where on.

mod cursors;
mod filters;
mod oracle;
mod pages;
