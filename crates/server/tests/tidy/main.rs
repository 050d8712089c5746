//! The rules of the house that a machine can hold, checked on the files of the
//! repository. A message names the file, the line, and what to do.

mod documents;
mod migrations;
mod promises;
mod repository;
mod sizes;
mod walls;
mod words;
