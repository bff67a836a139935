#include "core/base/command.h"

#include <string.h>

#define JSON {"json", 'j', NULL, NULL, "print JSON"}
#define PLAIN {"plain", 0, NULL, NULL, "linear text: no lines, no colour, no cursor movement"}
#define WIDTH {"width", 'w', "COLUMNS", NULL, "wrap at so many columns"}
#define ROLE {"role", 'r', "ROLE", NULL, "as somebody with this role would see it"}
#define STAGE {"stage", 's', "STAGE", NULL, "at this stage of the work"}
#define END {0}
#define ALL_WORDS 4096

static const struct command table[] = {
    {"open", PROGRAM_CRIB, "WHAT", 1, ALL_WORDS, ARGUMENT_WHAT, "open a module, a section, a page or a programme",
     "WHAT is an id, id#section, channel/id#section, a code, an asset tag, a crib:// link or words. Where several "
     "things fit, the hub opens with the choice; without a terminal they are listed. `crib WHAT` is the same, unless WHAT is the name of a command.\n\n"
     "A drawing, document or setting that a module links to is a WHAT too: files/p-101.pdf or channel/files/p-101.pdf. It "
     "opens in the configured `viewer`. With --save it is written to DEST, a second word: a file that is not there yet, or "
     "a directory; without DEST under its own name here.\n\n"
     "With --json nothing opens: it prints what `crib show --json` does, or, where several things fit, `crib find --json`.",
     {PLAIN, STAGE, JSON, {"save", 0, NULL, NULL, "save a file of the channel: crib open --save files/p-101.pdf [DEST]"}, END}},
    {"show", PROGRAM_CRIB, "WHAT", 1, ALL_WORDS, ARGUMENT_WHAT, "print a module, a section, a page or a programme",
     "Prints the same rendering as the reader: through a pager on a terminal, plain when piped. With a section only "
     "that section is printed. Of a programme, its elements and where you stand with each.",
     {WIDTH, PLAIN, JSON, {"raw", 0, NULL, NULL, "the Markdown source (made safe on a terminal)"}, END}},
    {"find", PROGRAM_CRIB, "WORDS", 1, ALL_WORDS, ARGUMENT_WORDS, "find modules, sections, pages and programmes",
     "Best first: an exact code or asset tag, then title, problem, headings, text. One wrong or missing letter in a "
     "word still finds.",
     {STAGE, ROLE, JSON, {"limit", 'n', "N", NULL, "at most N results (20)"},
      {"all", 'a', NULL, NULL, "other roles' modules and programmes too"}, END}},
    {"for", PROGRAM_CRIB, "", 0, 0, ARGUMENT_NONE, "what fits a code, an asset and a stage, and why",
     "Best first: what fits the code, then what fits the asset tag, of these what is for the stage. Codes and tags are normalised, the author's "
     "wild cards count. A code opens at the section that names it. An asset or a stage that isn't said is the .crib file's, CRIB_STAGE's or the configuration's. With a "
     "stage alone all that is for it is listed. Exits 1 when nothing fits.",
     {STAGE, {"asset", 0, "TAG", NULL, "for this machine"}, {"code", 'c', "CODE", NULL, "for this error or alarm code"}, ROLE,
      {"limit", 'n', "N", NULL, "at most N results (20)"}, {"all", 'a', NULL, NULL, "other roles' modules too"}, JSON, END}},
    {"list", PROGRAM_CRIB, "[PREFIX]", 0, 1, ARGUMENT_WHAT, "list what is installed, with its state", "",
     {STAGE, ROLE, JSON, {"state", 0, "STATE", "new updated begun passed fading", "only modules in this state"},
      {"format", 0, "FORMAT", "refresher micro course", "only this format"},
      {"capability", 0, "CAPABILITY", NULL, "only this capability"}, {"all", 'a', NULL, NULL, "other roles' modules too"},
      {"pages", 0, NULL, NULL, "pages too"},
      {"programmes", 0, NULL, NULL, "programmes instead, with what is next in each"},
      {"complete", 0, NULL, NULL, "only the ids that begin with the argument, one a line (for shells)"}, END}},
    {"news", PROGRAM_CRIB, "", 0, 0, ARGUMENT_NONE, "what changed in what you began or passed, and what is new",
     "Names the sections that were added or changed, in the author's own words where there are any. What was done "
     "stays done.",
     {JSON, {"seen", 0, NULL, NULL, "mark all of it as seen"}, END}},
    {"quiz", PROGRAM_CRIB, "WHAT", 1, ALL_WORDS, ARGUMENT_WHAT, "take a quiz",
     "WHAT is a module or a .gift file. Each answer is on disk before it is confirmed; a quiz that was cut off goes "
     "on at the next unanswered question, with the text that it was begun on, also when its module changed or was "
     "withdrawn since. A .gift file is practice alone: nothing of it is recorded, and it begins anew "
     "each time. Without a terminal, or with --plain, questions and answers are lines.",
     {PLAIN, {"list", 'l', NULL, NULL, "list the questions with answers and feedback instead of asking"}, JSON,
      {"missed", 'm', NULL, NULL, "only the questions missed last time"},
      {"again", 0, NULL, NULL, "start anew instead of going on"},
      {"sign", 's', NULL, NULL, "sign the module off, or say what is missing for it"}, END}},
    {"recall", PROGRAM_CRIB, "", 0, 0, ARGUMENT_NONE, "two minutes of questions that are about to be forgotten",
     "Questions of modules that you passed, just before memory fades (FSRS). An offer, not a debt.",
     {PLAIN, {"list", 'l', NULL, NULL, "list what is fading, with the chance that you still know it"}, JSON, END}},
    {"motd", PROGRAM_CRIB, "", 0, 0, ARGUMENT_NONE, "what is new, fading and due, a line each, for a login",
     "Names what changed in what you began or passed and what is new for your roles, until you have seen it, how many "
     "questions are fading, and a programme that has a session these days or, for who took part, something due. Prints nothing where there is nothing, in an account that several people share, and of any trouble; "
     "takes two seconds at most; always exits 0.",
     {{"tmux", 't', NULL, NULL, "a few words for a status line instead"}, JSON, END}},
    {"note", PROGRAM_CRIB, "[TEXT]", 0, ALL_WORDS, ARGUMENT_WORDS, "write down what you learned, or what is wrong",
     "A field note, kept in the record with its section and asset. One about a module goes to the learning record store that is "
     "accepted for its channel, if there is one. Without TEXT your notes are listed: all, or those "
     "that the options say.",
     {{"on", 'o', "WHAT", NULL, "the module or section that it is about"},
      {"asset", 0, "TAG", NULL, "the machine that it is about"},
      {"kind", 'k', "KIND", "note wrong unclear missing", "what kind of note it is"}, JSON, END}},
    {"hint", PROGRAM_CRIB, "[LINE]", 0, ALL_WORDS, ARGUMENT_WORDS, "offer the module that fits a command that failed",
     "For the shell's prompt: `eval \"$(crib hint --init bash)\"` in ~/.bashrc, the same with zsh in ~/.zshrc, `crib hint --init "
     "fish | source` in config.fish. From then on one line under a command that failed names the module whose trigger fits "
     "the command line, a code in it, its exit status, or the place; Alt-h opens it. The same module is not offered twice "
     "within an hour, nor one that you passed lately, unless it changed.\n\n"
     "LINE is looked up as if it had failed (quote it, or put -- before it, where it has options); without it standard input "
     "is. Exits 1 when nothing is offered.",
     {{"init", 0, "SHELL", "bash zsh fish", "print what the shell has to read"},
      {"status", 0, "N", NULL, "the command's exit status (1)"},
      {"open", 'o', NULL, NULL, "open what was offered last: in a popup of tmux, else here"},
      {"later", 0, NULL, NULL, "what was offered last is not offered today"},
      {"never", 0, NULL, NULL, "what was offered last is never offered again"},
      {"again", 0, NULL, NULL, "take back every --later and --never"},
      {"why", 0, NULL, NULL, "say why it was offered; with LINE, what would be offered and what not"},
      {"stats", 0, NULL, NULL, "list what was offered, and what came of it"},
      {"shell", 0, "PID", NULL, "what was offered in that shell (for the prompt)"},
      {"key", 0, "NAME", NULL, "the key that opens it, to be named (for the prompt)"},
      {"from", 0, "FILE", NULL, "read the line from FILE, as bash's history has it, and remove it (for the prompt)"}, JSON, END}},
    {"watch", PROGRAM_CRIB, "[PROGRAM...] | --follow FILE...", 0, ALL_WORDS, ARGUMENT_PATH, "name the modules that logs and programs ask for",
     "`anything 2>&1 | crib watch` passes every byte through unchanged and at once. Under a line that holds a code, an asset tag "
     "or an output trigger of a module, a terminal gets one line that names it; each module once an hour, not when you "
     "passed it lately, and at most six a minute. The lines begin with a word that is made anew for each run and "
     "shown first: what lacks it was in the log. "
     "Where standard output is no terminal it holds the bytes alone, and the hints go to standard error if that is one.\n\n"
     "`crib watch -- ssh gw1` runs the program in a terminal of its own, with every key, byte, size and signal as it is without "
     "crib, and its exit status at the end. Hints are messages on tmux's status line, else they are told when it has ended.\n\n"
     "--follow goes on with a file that was rotated or cut. --journal reads entries of the journal (journalctl's JSON) from "
     "standard input, or starts journalctl, and prints them as lines. Nothing that a log says is ever run. Output patterns of "
     "published channels run where `patterns` in the configuration names the channel; literals need no leave.",
     {{"follow", 'f', NULL, NULL, "pass what comes to the FILEs from now on"},
      {"journal", 0, NULL, NULL, "watch systemd's journal"},
      {"json", 'j', NULL, NULL, "print an event for each marked line, as JSON, instead of the bytes"},
      {"events", 0, "FILE", NULL, "append these events to FILE (or /dev/fd/N), besides"},
      {"pane", 0, "ID", NULL, "in tmux: watch what a pane shows, until it is closed; hints are messages on the status line"},
      {"open", 'o', NULL, NULL, "with --pane: read it once, and open what its newest code means"}, END}},
    {"label", PROGRAM_SYNC, "WHAT", 1, ALL_WORDS, ARGUMENT_WHAT, "print a QR code or a barcode for a machine's door",
     "Of an asset tag or a code the label says just that, so that a scan opens what is for the machine on that day; of a module "
     "or a section it is a crib:// link. A QR code needs libqrencode; --code128 does not, and takes ASCII alone. On the terminal "
     "it is drawn in blocks, light on dark.",
     {{"svg", 0, "FILE", NULL, "write an SVG picture instead (- prints it)"},
      {"code128", '1', NULL, NULL, "bars (Code 128) instead of a QR code"},
      {"inverse", 'i', NULL, NULL, "for a terminal that is dark on light"}, JSON, END}},
    {"sync", PROGRAM_SYNC, "", 0, 0, ARGUMENT_NONE, "bring the library up to date with its channels",
     "Of local directories, files that changed are read again; of published channels, what differs is fetched, verified and "
     "installed whole or not at all. Nobody starts over: unchanged sections stay done. Then what waits in the "
     "outbox goes to the learning record stores that the configuration accepts; `crib outbox` lists it before.",
     {JSON, {"quiet", 'q', NULL, NULL, "print errors alone"},
      {"dry-run", 'n', NULL, NULL, "say what is new in published channels; fetch and send nothing"},
      {"limit-rate", 0, "KIB", NULL, "fetch at most so many KiB a second"},
      {"status", 0, NULL, NULL, "say how the channels stand and how the last syncs went; ask nobody"},
      {"check", 0, NULL, NULL, "ask the channels, the site and the stores whether they can be reached and know this device; fetch and send nothing"}, END}},
    {"channel", PROGRAM_SYNC, "add DIR | add URL --key KEY | list | remove ID | key [FILE]", 1, 2, ARGUMENT_DIRECTORY,
     "add, list or remove channels, or make a key to publish one",
     "`add DIR` installs a local source directory (channel.yaml, modules/, pages/). `add URL --key KEY` takes a published "
     "channel (https, http, file, or a directory that holds channel.json) whose signature is KEY's, and fetches it; what is "
     "for other roles is found, and fetched on demand. `list` names what is installed; `remove ID` takes a channel out of "
     "the library, and forgets its key. The record keeps what was learned. `key` makes a pair of keys in minisign's form, "
     "FILE with the secret one (channel.key beside config.yaml unless told) and a .pub beside it, and prints the public one.",
     {{"key", 'k', "KEY", NULL, "the publisher's public key (RWQ...), or a file that holds it"},
      {"credentials", 0, "FILE", NULL, "for the web server: `user:password` or `Bearer TOKEN` (else ~/.netrc)"},
      {"ca", 0, "FILE", NULL, "certificates (PEM) that vouch for the web server, in place of the system's"},
      {"passphrase-file", 0, "FILE", NULL, "key: the passphrase is the first line of FILE, instead of asked for"},
      {"no-passphrase", 0, NULL, NULL, "key: the secret key isn't locked"}, JSON, {"quiet", 'q', NULL, NULL, "print errors alone"}, END}},
    {"publish", PROGRAM_SYNC, "SRC OUT | --check OUT", 1, 2, ARGUMENT_DIRECTORY, "publish a channel's next version",
     "Checks the source directory SRC and writes what devices take into the directory OUT: packs for each set of roles, the "
     "differences from earlier versions, the catalogue, and channel.json with its signature, last of all. OUT is served by any "
     "web server, or copied onto a stick; whoever reads it meanwhile sees the old version or the new one. Nothing changed means "
     "nothing published, unless less than half of the time until the expiry is left. Drafts stay here.\n\n"
     "`--check OUT` goes through a published directory as a device would and names each problem; exits 65 when there is one.",
     {{"key", 'k', "FILE", NULL, "the secret key (channel.key beside config.yaml); with --check the public key, or its file"},
      {"passphrase-file", 0, "FILE", NULL, "the key's passphrase is the first line of FILE, instead of asked for"},
      {"unreviewed", 0, NULL, NULL, "send modules too that nobody has reviewed"},
      {"versions", 0, "N", NULL, "write differences from the last N versions (20)"},
      {"expires", 0, "DAYS", NULL, "devices call it out of date after so many days (90)"},
      {"next-key", 0, "PUBLIC...", NULL, "from now on this key counts too"},
      {"drop-key", 0, "PUBLIC...", NULL, "from now on this key counts no more"},
      {"dry-run", 'n', NULL, NULL, "say what each role would get, and what each earlier version would fetch"},
      {"check", 0, NULL, NULL, "verify a published directory"}, JSON, {"quiet", 'q', NULL, NULL, "print errors alone"}, END}},
    {"outbox", PROGRAM_SYNC, "[retry ID | drop ID | export FILE | import FILE]", 0, 2, ARGUMENT_PATH,
     "list what would leave this device",
     "Lists the statements that would go to a learning record store, before they leave, what stays here and why, and "
     "what was refused, in the store's own words. `retry` sends a refused one again, `drop` gives it up. Where a device "
     "never gets a network, `export` writes what may leave into a signed file and `import`, on another device, takes it "
     "to be sent from there; importing it twice adds nothing. On a device that many share, enrolled at a site, it says how "
     "many events of its log go there, for the site's other devices.",
     {{"json", 'j', NULL, NULL, "print the statements, as they would be sent, and how many events go beside them"}, END}},
    {"serve", PROGRAM_SYNC, "", 0, 0, ARGUMENT_NONE, "serve channels to a site's devices, and keep their records",
     "Each OUT is a published directory; its files are served under /ID/, ID being the channel's own; nothing else that "
     "lies there is served. What it listens on is printed first; without --listen only this machine reaches it. TLS by "
     "--cert and --key, or behind a reverse proxy. SIGTERM and Ctrl-C end it after the requests under way.\n\n"
     "The modules can be read in a browser too, at /ID/m/MODULE (/ lists the channels), with their quizzes, of which nothing is recorded. "
     "/suggest?code=E-204&stage=troubleshoot (also role, asset, q, limit) answers with what fits, as JSON, and /embed with "
     "the same as a card for a frame in a ticket system; --origin names the sites whose pages may read the one and frame the other.\n\n"
     "With --data it is a learning record store too (the Statements and About resources of xAPI 1.0.3 and 2.0, at /xapi/): "
     "what it acknowledged is on disk in DIR. --init serves, remembers --url and --pin, and prints a line, `crib enrol URL "
     "CODE`, that makes a device one of this site; --invite NAME prints such a line for each further one. --device NAME makes "
     "a name and token by hand, --client one that reads all records, --revoke takes them away, --roles says what a device "
     "is for, --person whose it is (it then hands in what that account does and nothing else, and learns nothing of others), --list shows who is known. --learners CSV is the list of the site's people: signed, sealed to each enrolled device, it "
     "travels with `crib sync` to those that many share, so that a badge works on all of them; who is not in it any more is "
     "removed there. A role that nothing of the channels served is for is said, with the nearest one. Badges in it are hashes with a secret of the site's; the list after a --revoke of a device that knew it is "
     "hashed with a new one, which the devices that are left take with the list; --renew-badges has that done without one. All of these change a server that runs, and but for --device and --client one that is there.",
     {{"listen", 'l', "ADDR:PORT", NULL, "where to listen (127.0.0.1:8080); *:PORT is everywhere, port 0 a free one"},
      {"channel", 'c', "OUT...", NULL, "a published directory; may be given several times"},
      {"data", 'd', "DIR", NULL, "keep learning records there"},
      {"init", 0, NULL, NULL, "print the line by which a first device enrols, remember --url and --pin, and serve"},
      {"url", 0, "URL", NULL, "the address that the world knows: statements' authorities are accounts there"},
      {"pin", 0, "KEY...", NULL, "a channel's public key (RWQ..., or a file): devices that enrol are told of it"},
      {"cert", 0, "FILE", NULL, "TLS: the certificate with its chain (PEM)"},
      {"key", 0, "FILE", NULL, "TLS: its private key (PEM)"},
      {"origin", 0, "URL...", NULL, "a site whose pages may ask /suggest and frame /embed: https://tickets.example.com"},
      {"connections", 0, "N", NULL, "at most so many at once (4096)"},
      {"invite", 0, "NAME", NULL, "make a code by which a device enrols, once, within a day"},
      {"roles", 0, "NAME=ROLE,ROLE...", NULL, "what that device or learner is for (nothing behind = for no roles)"},
      {"person", 0, "NAME=ACCOUNT...", NULL, "that device is one person's: it speaks for their account alone (nothing behind = for everybody, as a kiosk)"},
      {"learners", 0, "CSV", NULL, "the people of the site, for all of its devices that many share: the list that `crib learner import` takes"},
      {"renew-badges", 0, NULL, NULL, "learners: hash the badges with a new secret, though no device was revoked"},
      {"list", 0, NULL, NULL, "list devices, clients and invitations"},
      {"device", 0, "NAME", NULL, "make a token for a device, print it, end"},
      {"client", 0, "NAME", NULL, "make a token that reads everybody's records, print it, end"},
      {"revoke", 0, "NAME", NULL, "the token of that name counts no more"}, JSON, END}},
    {"enrol", PROGRAM_SYNC, "URL CODE", 2, 2, ARGUMENT_WORDS, "make this device one of a site",
     "URL and CODE come from whoever runs the site (`crib serve --invite NAME`); the code is good once. The site's token "
     "goes into a file of your own beside config.yaml; `site` there, and homepage and account where you have none, say the "
     "rest; what else stands in the file stays. The site's channels are added and fetched. From then on `crib sync` "
     "brings what the site publishes for your roles, and sends what you learned to it; `crib outbox` lists that before.",
     {{"ca", 0, "FILE", NULL, "certificates (PEM) that vouch for the site, in place of the system's"}, JSON, END}},
    {"session", PROGRAM_CRIB, "start PROGRAMME | join CODE | list | show|resume|open|close|end CODE | follow", 1, 2, ARGUMENT_WORDS,
     "hold a live session of a programme, or join one",
     "`start` holds the programme's session and shows its code: who joins, is there. The trainer's screen shows who is here, who of "
     "those expected is not (of this record's people, or of the site's list), and who did the pre-work; one key opens the assessment for everybody, its bars fill as answers come, one key "
     "closes it. Nobody is told how an answer was before that, and the trainer sees sums (how many were right and, once three have answered, how many chose what), unless the site says `session_names: yes`. "
     "A site that has a list of learners holds it for a trainer or an administrator on that list alone.\n\n"
     "`join` takes the code, from any account of the same host or from a device that is enrolled at the same site (`crib serve "
     "--data`), with or without an internet. Joining is recorded as attendance, late from five minutes after the beginning on (the planned one, or the trainer's if that is later); whose "
     "terminal is gone has left after a quarter of a minute, and goes on by joining again. What is answered while the session can't be "
     "reached is kept, and arrives later.\n\n"
     "The session outlives the trainer's terminal: `list` names those that are on, `resume` takes one up again. `show`, `open`, `close` "
     "and `end` do without the screen what its keys do. `follow` is for a service beside a kiosk, which opens no socket itself. In a shared account a trainer's right and PIN are needed.",
     {{"element", 'e', "ID", NULL, "start: this session of the programme, where it has several"},
      {"here", 0, NULL, NULL, "start: on this host, though the device is enrolled at a site"},
      {"plain", 'p', NULL, NULL, "as lines, without a screen"}, JSON, END}},
    {"lint", PROGRAM_CRIB, "[DIR|FILE...]", 0, ALL_WORDS, ARGUMENT_PATH, "check content, in plain words",
     "Reports every problem as `file:line:col: error|warning: text (what to do)`. Source directories, single .md and "
     ".gift files; the current directory where none is named. Exits 65 when there are errors.",
     {JSON, END}},
    {"preview", PROGRAM_CRIB, "[DIR]", 0, 1, ARGUMENT_DIRECTORY, "see a source directory as learners will",
     "Opens the hub on a directory of Markdown without installing it. What you save there, with `e` or in an editor of "
     "your own, is on the screen at once; `x` lists what `crib lint` finds. Drafts are shown; nothing goes into the "
     "record.",
     {END}},
    {"report", PROGRAM_CRIB, "programme ID | module WHAT | person [NAME] | signoff [WHAT] | gaps", 1, ALL_WORDS, ARGUMENT_WORDS, "who did what, and what stuck",
     "`programme` has a row a person: pre-work, attendance, assessment, what comes after, what was retained, and what was gained; "
     "above them, what all did of each element. "
     "Who was in a session that was led here and keeps a record of their own has a row, too (from session): as the session told its "
     "trainer, with a score where it was held with names. "
     "`module` has one a person and one a question, the weakest first; `person` tells of one, of you without NAME. In an account "
     "of your own you see all that its record holds; in a shared one your own, and everybody's with the right of a trainer, "
     "supervisor or administrator.\n\n"
     "On a terminal there are bars and sparklines, with --plain a sentence a row; the other forms hold every column. CSV is one "
     "table: the people, unless --part names another. --html prints a page that needs nothing else, with a plot.\n\n"
     "With --site, or --data on the server's host, it is of all devices that have sent their records; a row says from which device, "
     "and when that one was heard of last. People are told apart by their accounts. The programmes and modules are those that are "
     "installed here.\n\n"
     "`signoff` lists everybody's newest sign-off of each module: current, lapsing (within 30 days), "
     "lapsed, changed (the text, materially) or waiting (for a supervisor), until when, and on which revision. Who never signed, "
     "and has a role that the module is for, is listed, too: the people known on this device or on the site's list.\n\n"
     "`gaps` lists searches that found nothing, and codes (of `crib for`, of a scanner) that no module knows, most frequent "
     "first: what should be written next. It tells of this device's record, and nothing of it leaves the device unless `gaps: send` "
     "in the configuration says so.",
     {{"csv", 0, NULL, NULL, "print CSV, for a spreadsheet"}, JSON, {"html", 0, NULL, NULL, "print a page for a browser"}, PLAIN,
      {"site", 0, "URL", NULL, "of all devices: ask the learning record store at URL (- for the configured one)"},
      {"credentials", 0, "FILE", NULL, "with --site: `NAME:TOKEN` of a client that reads everybody's records"},
      {"data", 'd', "DIR", NULL, "of all devices: on the server's own host, from what it keeps in DIR"},
      {"part", 0, "NAME", "people elements questions summary modules programmes signoffs", "this table of the report alone"},
      {"missing", 0, NULL, NULL, "signoff: only where no good sign-off is there"},
      {"lapsing", 0, NULL, NULL, "signoff: only what ends within 30 days"},
      {"limit", 'n', "N", NULL, "gaps: at most N of them (100)"}, END}},
    {"audit", PROGRAM_CRIB, "verify [FILE] | show [ID] | export FILE | countersign [ID] | drop LOG", 1, 2, ARGUMENT_PATH, "check that the record is whole; prove sign-offs",
     "`verify` walks the chain of events of every log and names the first broken link, how far somebody outside vouches for "
     "it, and each log's public key. Whoever owns the file can forge what nobody outside has seen.\n\n"
     "`show` lists what was signed off, or tells one sign-off with all that it rests on. `export` writes sign-offs into FILE, so "
     "that they stand by themselves: who signed, the whole text, the attestation, sections shown and answers given, and the part of "
     "the chain around them, signed by this device. `verify FILE` checks such a file on any other machine.\n\n"
     "`countersign` lists the sign-offs that wait for a supervisor; with ID a supervisor signs under that one, with badge and PIN.\n\n"
     "`drop` lets a log of another device go that is damaged here, or that nobody wants: LOG is how its id begins in what `verify` prints. It "
     "says what goes, and asks; an event tells that it went. The next `crib sync` brings it anew, where the site still has it; until then "
     "what people did there doesn't count here. This device's own logs never go.",
     {{"module", 'm', "MODULE", NULL, "show, export: of this module alone (channel/module)"},
      {"learner", 'l', "NAME", NULL, "export: of this person alone"},
      {"id", 0, "ID", NULL, "export: this sign-off alone"},
      {"whole", 0, NULL, NULL, "export: with the logs from their first events on"},
      {"key", 'k', "KEY", NULL, "verify FILE: the public key that it has to be signed by"},
      {"yes", 'y', NULL, NULL, "drop without asking"},
      {"dry-run", 'n', NULL, NULL, "drop: say what would go, and leave it"}, JSON, END}},
    {"learner", PROGRAM_CRIB, "export [FILE|DIR] | forget [WHO] | pin [WHO] | list | import CSV | add NAME | remove|reset-pin WHO | name|badge|account|roles|rights WHO VALUE",
     1, 3, ARGUMENT_PATH, "what is held of you, and the people of a shared terminal",
     "`export` prints everything that the record holds of you, as text or with --json; into FILE (JSON where it ends in "
     ".json), or as both into DIR. `forget` says what would go and what stays, asks, and erases it for good from this "
     "device; `crib sync` then has the statements erased that were sent to a learning record store, if it is one that "
     "can. The chain of events stays whole: `crib audit verify` counts what was erased. You begin anew as somebody else. "
     "`pin` asks for a new PIN of your own, `pin WHO` for somebody's, who types it.\n\n"
     "The rest is for who looks after a terminal that many share. WHO is a badge or a whole name. `add` takes a name with "
     "--badge (what the scanner types), --account, --roles, --rights and --pin; `list` never shows a badge. `import` takes a CSV file "
     "whose first line names its columns (name, badge, roles, rights, account; others are passed over): a line is who wears its "
     "badge, else who has its name and no badge, else somebody new; what a line leaves empty stays as it is. All lines or "
     "none are taken, and the same list can be taken again. `remove` keeps the record, and lets nobody in by that badge or "
     "name; adding the same name and badge takes it back. What somebody completes is sent under their `account`, at the configured homepage; without one it stays here. `forget WHO` erases, also who was removed. Rights are learner, trainer, supervisor, author, administrator. "
     "As soon as there is an administrator with a PIN, all this asks for badge and PIN of one (`list` of a trainer or "
     "supervisor, `reset-pin` of a supervisor, too). Without a terminal the account that the record is of may do it, unless "
     "it is a shared one.",
     {JSON, {"yes", 'y', NULL, NULL, "forget without asking"},
      {"dry-run", 'n', NULL, NULL, "say what `forget` or `import` would do, and leave it"},
      {"all", 'a', NULL, NULL, "list who was removed, and the system's accounts, too"},
      {"badge", 'b', "BADGE", NULL, "of who is added"},
      {"roles", 0, "ROLE,ROLE...", NULL, "of who is added: jobs"},
      {"rights", 0, "RIGHT,RIGHT...", NULL, "of who is added"},
      {"account", 0, "NAME", NULL, "of who is added: the name at the homepage that what they complete is sent under"},
      {"pin", 'p', NULL, NULL, "ask for a PIN of who is added"}, END}},
    {"kiosk", PROGRAM_CRIB, "[status | install]", 0, 1, ARGUMENT_WORDS, "a terminal for many people: badge in, learn, badge out",
     "Shows the site's name and what is new, until somebody scans a badge or types it; then that person's hub, until they "
     "badge out (Ctrl-C, the badge once more, or another one) or go away. Nothing leads out of it: no key, no signal of the "
     "terminal's, no other program; on Linux the kernel keeps it to its own files. What it says, and after which time it "
     "badges out, stands in the configuration under `kiosk`. --plain (there: `plain: yes`) is all of it as a dialogue of lines, `touch: yes` makes it one for fingers. An administrator who has a PIN ends it: Ctrl-C on the first screen. Sync is not its business: `crib-kiosk-sync.timer` does that.\n\n"
     "`status` says of each kiosk on this device since when somebody is badged in (not who), what bounds it, whether a "
     "watchdog hears of it, when the last sync was, whether live sessions can be joined there, and what is wrong at the site that this device is enrolled at. Exits 69 where none runs.\n\n"
     "`install` makes this machine a kiosk: the account crib-kiosk, systemd units for a console and for sync, a drop-in for "
     "sshd. Without --apply it says what it would put; --remove takes away what it put and nobody changed since, and leaves "
     "the record.",
     {{"plain", 'p', NULL, NULL, "as a dialogue of lines, for screen readers"},
      {"dry-run", 'n', NULL, NULL, "install: say what would be done"},
      {"apply", 0, NULL, NULL, "install: do it"},
      {"remove", 0, NULL, NULL, "install: take it away again"},
      {"tty", 0, "NAME", NULL, "install: the console (tty1)"},
      {"root", 0, "DIR", NULL, "install: into the root of another system"}, JSON, END}},
    {"backup", PROGRAM_CRIB, "[FILE | --nightly]", 0, 1, ARGUMENT_PATH, "copy the record into a file, and verify the copy",
     "While crib is in use, too. The file appears when it is on the disk, was read back, and its chain holds; only you can "
     "read it. The logs' secret keys are not in it: who goes on from a copy begins a new log that names the old one. "
     "--nightly copies into the configured directory (`backup` in config.yaml) and lets older copies go: the newest of each of "
     "the last seven days and four weeks stay.",
     {JSON, {"nightly", 0, NULL, NULL, "today's copy, for a timer; tidies the record as well"}, END}},
    {"restore", PROGRAM_CRIB, "FILE", 1, 1, ARGUMENT_PATH, "put a copy into the record's place",
     "The copy is verified first. The record that stands there is moved aside whole, never deleted. While another crib has "
     "the record open nothing is done.",
     {JSON, {"yes", 'y', NULL, NULL, "restore without asking"}, END}},
    {"config", PROGRAM_CRIB, "[set KEY VALUE | share [on|off]]", 0, 3, ARGUMENT_WORDS, "print the configuration and where it comes from",
     "Flags beat the environment, the environment beats your file, your file beats the system's. `set` writes your "
     "file.\n\n"
     "`share` asks, in one line, whether others may know which hints you see from now on, and which of them you open, put off "
     "or refuse; `on` and `off` say so without being asked. By that yes alone, which stands in the record, these go to "
     "the learning record store that is accepted for the module's channel: time, module and your account, nothing from before "
     "it, and nothing that waits after a no. `share: no` in a file, the system's or yours, forbids it; no file can say yes. `gaps: send` "
     "lets searches and codes that find nothing from then on go to the store for all channels, with the day, under nobody's name.",
     {JSON, END}},
    {"doctor", PROGRAM_CRIB, "", 0, 0, ARGUMENT_NONE, "check databases, channels, locale, terminal and permissions",
     "Each finding comes with its remedy. Exits non-zero where something does not work. Shells, tmux, desktop and labels are looked at, too. Of channels and stores elsewhere it "
     "tells how the last sync went; with --network they are asked.",
     {JSON, {"network", 'n', NULL, NULL, "ask the channels, the site and the stores whether they can be reached and know this device"}, END}},
    {"completion", PROGRAM_CRIB, "bash|zsh|fish", 1, 1, ARGUMENT_WORDS, "print a shell's completion script",
     "For bash: eval \"$(crib completion bash)\"", {JSON, END}},
    {"version", PROGRAM_CRIB, "", 0, 0, ARGUMENT_NONE, "print the version, and what it is built with", "", {JSON, END}},
    {"help", PROGRAM_CRIB, "[COMMAND]", 0, 1, ARGUMENT_COMMAND, "explain the commands, or one of them", "",
     {JSON, {"roff", 0, NULL, NULL, "the manual's part on commands, for the build"}, END}},
};

static const char *const reserved[] = {
    "new",
};

bool command_reserved(const char *name)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    return false;
}

const struct command *commands_all(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}
