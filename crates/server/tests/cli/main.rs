//! The program from outside: the real binary, in a folder of its own, on a
//! port that was free.

#[path = "../folder/mod.rs"]
mod folder;
#[path = "../postgres/mod.rs"]
mod postgres;
#[path = "../scripted_model/mod.rs"]
mod scripted_model;
mod support;

mod accounts;
mod commands;
mod configuration;
mod dev;
mod doctor;
mod imports;
mod logs;
mod mcp;
mod migrate;
mod replicas;
mod start;
mod stop;
mod tokens;
