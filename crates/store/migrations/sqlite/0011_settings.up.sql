-- What a user has chosen. They stand on the user's row because a request that
-- needs them knows nothing but the user, and asks for them with one look.
alter table users add column timezone text not null default 'UTC';
alter table users add column week_start text not null default 'monday'
    check (week_start in ('monday', 'sunday', 'saturday'));
