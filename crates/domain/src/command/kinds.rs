//! What can be asked, and of which tasks.

use jiff::civil::Date;

use crate::{
    Description, DueDate, NewTask, Priority, Problem, SearchText, StatusFilter, TagName, Tags,
    TaskId, TaskPatch, Title,
};

/// What a message asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A new task.
    Add(Box<NewTask>),
    /// To see some tasks.
    List(Box<Selection>),
    /// To see one task.
    Show(Target),
    /// Whether a task is done.
    IsDone(Target),
    /// To mark as done, whatever it was before.
    Complete(Target),
    /// To mark as not done.
    Reopen(Target),
    /// To delete. More than one task: ask first.
    Delete(Target),
    /// To change something else of a task.
    Update(Target, Box<Edit>),
    /// To take the last change back.
    Undo,
    /// To take the last undoing back.
    Redo,
    /// A task and nothing else: the answer to "which one?".
    Named(Target),
    /// The answer to a question: do it.
    Yes,
    /// The answer to a question, or an order not to do something: do nothing.
    No,
    /// What can one say here?
    Help,
    /// Hello, or good-bye.
    Greeting,
    /// Thanks, or praise.
    Thanks,
    /// Something about another user's tasks, which are none of this user's business.
    OtherUser,
    /// Something about tasks, but a part of it is missing or means nothing.
    Unclear(Unclear),
    /// Nothing that is understood.
    Unknown,
}

impl Command {
    /// Whether doing it would change tasks.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        matches!(
            self,
            Self::Add(_)
                | Self::Complete(_)
                | Self::Reopen(_)
                | Self::Delete(_)
                | Self::Update(..)
                | Self::Undo
                | Self::Redo
        )
    }
}

/// What has to be asked before anything is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// What is the new task called?
    Title,
    /// What is a task that is there to be called from now on?
    NewTitle,
    /// Which task?
    Task,
    /// Which tasks, one by one? Some were left out of many.
    Except,
    /// Back from where? What is deleted has a way of its own.
    Restore,
    /// What should change?
    Change,
    /// When? The words are no date, or it is past.
    Due,
    /// Which of them first? There is more than one request.
    Several,
    /// Is it an order? "Delete task 3?" and "I need to complete task 3" may be
    /// something else.
    Question,
    /// Is it a yes or a no? "Yes?" and "no, sorry, yes" may be either.
    Answer,
    /// Can it be shorter? A title, a note or a label is longer than it may be.
    TooLong,
}

/// Which tasks are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Those with these ids, each once, at most [`Target::MAX_IDS`].
    Ids(Vec<TaskId>),
    /// The one that is called so; see [`find_target`](super::find_target).
    Title(TaskName),
    /// "It": the one that was talked about last.
    Last,
    /// "The second one" of those that were named last, counted from 1.
    Position(usize),
    /// All that pass: "all overdue tasks".
    Bulk(Box<Selection>),
}

impl Target {
    /// The most ids that one message may name.
    pub const MAX_IDS: usize = 50;
}

/// What somebody called a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskName {
    /// At least one and at most [`Title::MAX_CHARS`] characters.
    pub text: String,
    /// In quotes: to be taken literally.
    pub is_quoted: bool,
}

/// Which tasks; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Done or not. Where a day is asked for, those still to do.
    pub status: StatusFilter,
    /// When they are due.
    pub due: Option<DueScope>,
    /// A text in title or description.
    pub text: Option<SearchText>,
    /// One label.
    pub tag: Option<TagName>,
    /// How much they matter; `Some(None)` is without a priority.
    pub priority: Option<Option<Priority>>,
}

/// When tasks are due that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueScope {
    /// It is past.
    Overdue,
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// In the week that today belongs to.
    ThisWeek,
    /// From one day to another, both included.
    Days(Date, Date),
    /// Without a due date.
    Never,
}

/// What should become of a task, the labels it has already left aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub patch: TaskPatch,
    /// Labels it gets.
    pub add_tags: Vec<TagName>,
    /// Labels it loses.
    pub remove_tags: Vec<TagName>,
    /// Whether of the due date only the time was said: "to 16:00". The day is
    /// then the one that the task has, if it has one.
    pub is_time: bool,
}

impl Edit {
    /// The change for a task that has these labels.
    ///
    /// # Errors
    /// The task would have more labels than it may.
    pub fn for_tags(self, tags: &Tags) -> Result<TaskPatch, Problem> {
        let Self { mut patch, add_tags, remove_tags, is_time: _ } = self;
        if !add_tags.is_empty() || !remove_tags.is_empty() {
            let removed: Vec<_> = remove_tags.iter().map(TagName::key).collect();
            let kept = tags.as_slice().iter().filter(|tag| !removed.contains(&tag.key()));
            patch.tags = Some(Tags::new(kept.cloned().chain(add_tags).collect())?);
        }
        Ok(patch)
    }

    pub(super) fn title(title: Title) -> Self {
        Self::of(TaskPatch { title: Some(title), ..TaskPatch::default() })
    }

    pub(super) fn due(due: Option<DueDate>) -> Self {
        Self::of(TaskPatch { due: Some(due), ..TaskPatch::default() })
    }

    pub(super) fn priority(priority: Option<Priority>) -> Self {
        Self::of(TaskPatch { priority: Some(priority), ..TaskPatch::default() })
    }

    pub(super) fn description(description: Option<Description>) -> Self {
        Self::of(TaskPatch { description: Some(description), ..TaskPatch::default() })
    }

    pub(super) fn no_tags() -> Self {
        Self::of(TaskPatch { tags: Some(Tags::NONE), ..TaskPatch::default() })
    }

    pub(super) fn adding(tags: Vec<TagName>) -> Self {
        Self { add_tags: tags, ..Self::default() }
    }

    pub(super) fn removing(tags: Vec<TagName>) -> Self {
        Self { remove_tags: tags, ..Self::default() }
    }

    fn of(patch: TaskPatch) -> Self {
        Self { patch, ..Self::default() }
    }
}
