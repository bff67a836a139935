-- Lists (roles, ...) are texts with LF before, between and behind the items; '' is the empty list.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE channel (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    iri TEXT NOT NULL,
    name TEXT NOT NULL,
    dir TEXT NOT NULL,          -- the local source directory
    implied INTEGER NOT NULL,
    roles TEXT NOT NULL,
    stages TEXT NOT NULL,
    languages TEXT NOT NULL,
    installed_ms INTEGER NOT NULL,
    synced_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE module (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    channel INTEGER NOT NULL REFERENCES channel ON DELETE CASCADE,
    id TEXT NOT NULL,
    language TEXT NOT NULL,
    kind INTEGER NOT NULL,
    shelf INTEGER NOT NULL,     -- 0 modules and events, 1 pages, 2 known from a catalogue alone
    sort TEXT NOT NULL,         -- the title, folded
    title TEXT NOT NULL,
    problem TEXT NOT NULL,
    outcome TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    format INTEGER NOT NULL,
    status INTEGER NOT NULL,
    roles TEXT NOT NULL,
    stages TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    owner TEXT NOT NULL,
    review_by TEXT NOT NULL,
    path TEXT NOT NULL,         -- relative to the channel's directory
    words INTEGER NOT NULL,
    sections INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    sign_off INTEGER NOT NULL,
    added_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    quiz_pass INTEGER NOT NULL,
    quiz_shuffle INTEGER NOT NULL,
    quiz_feedback INTEGER NOT NULL,
    reviewed_by TEXT NOT NULL,
    reviewed_on TEXT NOT NULL,
    valid TEXT NOT NULL,
    event_where TEXT NOT NULL,
    event_when TEXT NOT NULL,
    event_link TEXT NOT NULL,
    body_line INTEGER NOT NULL,
    revision BLOB NOT NULL,     -- BLAKE2b-256 of the file
    UNIQUE (id, channel, language)
) STRICT;
CREATE INDEX module_shelf ON module (shelf, sort);
CREATE INDEX module_channel ON module (channel);
CREATE INDEX module_changed ON module (changed_ms);

CREATE TABLE body (
    module INTEGER PRIMARY KEY REFERENCES module ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE section (
    module INTEGER NOT NULL REFERENCES module ON DELETE CASCADE,
    position INTEGER NOT NULL,
    anchor TEXT NOT NULL,
    heading TEXT NOT NULL,
    level INTEGER NOT NULL,
    line INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (module, position)
) STRICT, WITHOUT ROWID;

-- Texts that once stood in a module: tells new from changed when they are gone.
CREATE TABLE section_before (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    hash BLOB NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE module_trigger (
    module INTEGER NOT NULL REFERENCES module ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    pattern TEXT NOT NULL,
    folded TEXT NOT NULL,       -- of codes and assets: what is looked up
    wild INTEGER NOT NULL,      -- an asset with * or ? in it
    PRIMARY KEY (module, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX module_trigger_folded ON module_trigger (folded, kind);

CREATE TABLE change (
    module INTEGER NOT NULL REFERENCES module ON DELETE CASCADE,
    position INTEGER NOT NULL,
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    material INTEGER NOT NULL,
    PRIMARY KEY (module, position)
) STRICT, WITHOUT ROWID;

-- Files as they were when last read; module is null for a draft.
CREATE TABLE file (
    channel INTEGER NOT NULL REFERENCES channel ON DELETE CASCADE,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    checked_ms INTEGER NOT NULL,
    hash BLOB NOT NULL,
    module INTEGER,
    PRIMARY KEY (channel, path)
) STRICT, WITHOUT ROWID;
