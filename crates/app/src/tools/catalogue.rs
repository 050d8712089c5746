//! Which tools there are. Models and people read these words to choose one.

use super::{
    Tool,
    run::Run,
    schema::{self, Argument},
};

/// All tools, in the order in which they are shown.
#[must_use]
pub fn catalogue() -> &'static [Tool] {
    &TOOLS
}

/// The tool of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

static TOOLS: [Tool; 7] = [
    Tool {
        name: "add_task",
        title: "Add a task",
        description: "Adds one task to the user's list. Put a date, a priority or tags into \
            their own arguments, not into the title.",
        is_read_only: false,
        is_destructive: false,
        is_idempotent: false,
        arguments: &[
            Argument::required("title", schema::title),
            Argument::optional("description", schema::description),
            Argument::optional("due_date", schema::due_date),
            Argument::optional("priority", schema::priority),
            Argument::optional("tags", schema::tags),
            Argument::optional("recurrence_rule", schema::recurrence_rule),
            Argument::optional("recurrence_from", schema::recurrence_from),
        ],
        output: schema::changed,
        run: Run::Add,
    },
    Tool {
        name: "list_tasks",
        title: "List tasks",
        description: "Lists the user's tasks, newest first, or by due date when asked for one. \
            Every filter that is given must hold. Use it to find the id of a task that the user \
            names.",
        is_read_only: true,
        is_destructive: false,
        is_idempotent: true,
        arguments: &[
            Argument::optional("status", schema::status),
            Argument::optional("q", schema::search),
            Argument::optional("due", schema::due),
            Argument::optional("due_from", schema::due_from),
            Argument::optional("due_to", schema::due_to),
            Argument::optional("tag", schema::tag),
            Argument::optional("priority", schema::priority),
            Argument::optional("limit", schema::limit),
            Argument::optional("cursor", schema::cursor),
        ],
        output: schema::page,
        run: Run::List,
    },
    Tool {
        name: "complete_task",
        title: "Complete a task",
        description: "Marks a task as done, whatever it was before; with completed false, as not \
            done. A task that recurs is followed by its next occurrence.",
        is_read_only: false,
        is_destructive: false,
        is_idempotent: true,
        arguments: &[
            Argument::required("task_id", schema::task_id),
            Argument::optional("completed", schema::completed),
        ],
        output: schema::changed,
        run: Run::Complete,
    },
    Tool {
        name: "delete_task",
        title: "Delete a task",
        description: "Moves one task to the trash. Only when the user asked to delete it; a task \
            that is done is completed, not deleted.",
        is_read_only: false,
        is_destructive: true,
        is_idempotent: true,
        arguments: &[Argument::required("task_id", schema::task_id)],
        output: schema::changed,
        run: Run::Delete,
    },
    Tool {
        name: "update_task",
        title: "Change a task",
        description: "Changes the fields of a task that are given, at least one; all others stay \
            as they are.",
        is_read_only: false,
        is_destructive: false,
        is_idempotent: true,
        arguments: &[
            Argument::required("task_id", schema::task_id),
            Argument::optional("title", schema::title),
            Argument::optional("description", schema::new_description),
            Argument::optional("completed", schema::completed),
            Argument::optional("due_date", schema::new_due_date),
            Argument::optional("priority", schema::priority),
            Argument::optional("tags", schema::new_tags),
            Argument::optional("recurrence_rule", schema::new_recurrence_rule),
            Argument::optional("recurrence_from", schema::recurrence_from),
        ],
        output: schema::changed,
        run: Run::Update,
    },
    Tool {
        name: "get_task",
        title: "Show a task",
        description: "Shows everything about one task, its whole note included.",
        is_read_only: true,
        is_destructive: false,
        is_idempotent: true,
        arguments: &[Argument::required("task_id", schema::task_id)],
        output: schema::whole_task,
        run: Run::Get,
    },
    Tool {
        name: "undo",
        title: "Undo",
        description: "Takes the latest change of the user's tasks back, or the one whose batch_id \
            is given. Undoing what was undone does it again.",
        is_read_only: false,
        is_destructive: true,
        is_idempotent: false,
        arguments: &[Argument::optional("batch_id", schema::batch_id)],
        output: schema::undone,
        run: Run::Undo,
    },
];
