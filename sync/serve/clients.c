#include "sync/serve/clients.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/notice.h"
#include "core/base/output.h"
#include "sync/serve/people.h"
#include "sync/serve/role_names.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { INVITATION_MS = 24 * 60 * 60 * 1000, DEVICES_MOST = 100000 };

static bool say_token(const char *name, const char *token, bool as_json, struct error *err)
{
    struct buf out = {0};
    if (as_json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "name", name);
        json_string(&j, "token", token);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "name: %s\ntoken: %s\nIt is shown this once.\n", name, token);
    }
    return output_buf(&out, false, err);
}

static bool add_client(struct store *store, const char *name, bool reads_all, bool as_json, struct error *err)
{
    char token[TOKEN_SIZE];
    if (!store_add_client(store, name, reads_all, token, err))
        return false;
    notice(NOTICE_INFO, "a token was made for %s, which %s", name, reads_all ? "reads everybody's records" : "sends as a device");
    return say_token(name, token, as_json, err);
}

/* ---- invitations ---- */

bool clients_url(struct arena *a, struct store *s, const struct args *args, const char **url, struct error *err)
{
    *url = args_value(args, "url");
    return *url != NULL || (store_get(s, a, "url", url, err) && (*url != NULL || store_get(s, a, "reached", url, err)));
}

static const char *free_name(struct arena *a, const struct client_entry *list, size_t count)
{
    for (int n = 1; n < DEVICES_MOST; n++) {
        const char *name = arena_printf(a, "device-%d", n);
        bool taken = false;
        for (size_t i = 0; name != NULL && i < count; i++)
            taken = taken || strcmp(list[i].name, name) == 0;
        if (!taken)
            return name;
    }
    return NULL;
}

bool clients_invite(struct arena *a, struct store *s, const char *name, const char *url, const char **invited, const char **line,
                    struct error *err)
{
    struct client_entry *list;
    size_t count;
    char code[CODE_SIZE];
    if (!store_clients(s, a, &list, &count, err))
        return false;
    *invited = name != NULL ? name : free_name(a, list, count);
    if (*invited == NULL)
        return error_memory(err);
    if (!store_invite(s, *invited, INVITATION_MS, code, err))
        return false;
    notice(NOTICE_INFO, "%s is invited to enrol", *invited);
    *line = arena_printf(a, "crib enrol %s %s", url != NULL ? url : "URL", code);
    return *line != NULL || error_memory(err);
}

static bool invite(struct arena *a, struct store *s, const struct args *args, struct error *err)
{
    const char *url, *name, *line;
    if (!clients_url(a, s, args, &url, err) || !clients_invite(a, s, args_value(args, "invite"), url, &name, &line, err))
        return false;
    struct buf out = {0};
    if (args_flag(args, "json")) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "name", name);
        json_string(&j, "code", strrchr(line, ' ') + 1);
        json_string(&j, "enrol", line);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "%s\nIt makes one device %s, once, within a day.%s\n", line, name,
                 url == NULL ? " URL is where devices reach this server." : "");
    }
    return output_buf(&out, false, err);
}

/* ---- revoking ---- */

static bool revoke(struct arena *a, struct store *s, const char *name, struct error *err)
{
    bool knew;
    int64_t version;
    if (!people_revoke(s, name, &knew, err) || !people_version(a, s, &version, err))
        return false;
    notice(NOTICE_INFO, "%s was revoked", name);
    if (knew && version > 0)
        fputs("It knows the secret that the badges of the site's people are hashed with: take their list once more (--learners CSV, "
              "the same or a newer one), and they are hashed with a new one.\n", stderr);
    return true;
}

/* ---- roles ---- */

/* NAME=role,role */
static bool set_roles(struct arena *a, struct store *s, const struct args *args, struct error *err)
{
    const char *all[ARGS_EARLIER + 1];
    size_t n = args_values(args, "roles", all);
    for (size_t i = 0; i < n; i++) {
        struct strings roles;
        const char *equals = strrchr(all[i], '='), *name = equals != NULL ? arena_copy(a, all[i], (size_t)(equals - all[i])) : NULL;
        if (equals == NULL)
            return error_set(err, EX_USAGE, "whose roles are these", all[i], NULL, "write NAME=role,role");
        if (name == NULL || !strings_split(a, equals + 1, &roles))
            return error_memory(err);
        if (!store_set_roles(s, name, roles, err))
            return false;
        role_names_check(a, s, args, roles);
        notice(NOTICE_INFO, "%s has %zu role%s now", name, roles.count, roles.count == 1 ? "" : "s");
    }
    return true;
}

/* NAME=ACCOUNT */
static bool set_accounts(struct store *s, struct arena *a, const struct args *args, struct error *err)
{
    const char *all[ARGS_EARLIER + 1];
    size_t n = args_values(args, "person", all);
    for (size_t i = 0; i < n; i++) {
        const char *equals = strchr(all[i], '='), *name = equals != NULL ? arena_copy(a, all[i], (size_t)(equals - all[i])) : NULL;
        if (equals == NULL)
            return error_set(err, EX_USAGE, "whose device is this", all[i], NULL, "write NAME=ACCOUNT");
        if (name == NULL)
            return error_memory(err);
        if (!store_set_account(s, name, equals + 1, err))
            return false;
        notice(NOTICE_INFO, equals[1] != '\0' ? "%s is one person's now" : "%s is nobody's own any more", name);
    }
    return true;
}

/* ---- the people ---- */

static bool take_people(struct arena *a, struct store *s, const struct args *args, bool as_json, struct error *err)
{
    struct strings roles;
    if (!people_take(a, s, args_value(args, "learners"), args_flag(args, "renew-badges"), as_json, &roles, err))
        return false;
    role_names_check(a, s, args, roles);
    return true;
}

/* ---- the list ---- */

static const char *kind_of(const struct client_entry *c)
{
    bool late = c->invited && c->since_ms < clock_wall_ms();
    return c->revoked ? "revoked" : late ? "invited, too old" : c->invited ? "invited" : c->reads_all ? "reads all" : "device";
}

static bool list_table(const struct client_entry *list, size_t count, struct error *err)
{
    static const struct table_column columns[] = {
        {"name", false, true}, {"is", false, false}, {"since", false, false}, {"roles", false, true}, {"person", false, true}};
    struct table *t = table_open(columns, sizeof columns / sizeof *columns);
    if (t == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        char day[16] = "";
        if (!list[i].invited)
            clock_format_day(list[i].since_ms, day, sizeof day);
        table_add(t, list[i].name);
        table_add(t, kind_of(&list[i]));
        table_add(t, day);
        table_add(t, list[i].roles);
        table_add(t, list[i].account);
    }
    bool ok = table_print(t, "nobody is known yet (`--invite NAME` lets a device enrol)", err);
    table_close(t);
    return ok;
}

static bool list_all(struct arena *a, struct store *s, bool as_json, struct error *err)
{
    struct client_entry *list;
    size_t count;
    bool stale;
    int64_t version;
    if (!store_clients(s, a, &list, &count, err) || !people_stale(a, s, &stale, err) || !people_version(a, s, &version, err))
        return false;
    if (stale && version > 0)
        fputs("A device that was revoked knows the secret of the badges: --learners CSV has them hashed with a new one.\n", stderr);
    if (!as_json)
        return list_table(list, count, err);
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        json_open_object(&j, NULL);
        json_string(&j, "name", list[i].name);
        json_string(&j, "is", kind_of(&list[i]));
        json_int(&j, list[i].invited ? "until" : "since", list[i].since_ms);
        struct strings roles = {0};
        (void)strings_split(a, list[i].roles, &roles);
        json_strings(&j, "roles", roles);
        json_string(&j, "person", list[i].account[0] != '\0' ? list[i].account : NULL);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

bool clients_command(struct arena *a, const struct args *args, bool *asked, struct error *err)
{
    const char *client = args_value(args, "client"), *device = args_value(args, "device"), *revoked = args_value(args, "revoke");
    bool init = args_flag(args, "init"), list = args_flag(args, "list"), learners = args_value(args, "learners") != NULL;
    bool sets = args_value(args, "roles") != NULL || args_value(args, "person") != NULL;
    bool invites = args_value(args, "invite") != NULL && !init, as_json = args_flag(args, "json");
    int wanted = (client != NULL) + (device != NULL) + (revoked != NULL) + invites + list + learners;
    *asked = wanted > 0 || (sets && !init);
    if (args_flag(args, "renew-badges") && !learners)
        return error_set(err, EX_USAGE, "cannot renew the badges", NULL, "the server has no badge, only hashes of them",
                         "--renew-badges goes with --learners CSV");
    if (wanted == 0 && !sets)
        return true;
    if (args_value(args, "data") == NULL)
        return error_set(err, EX_USAGE, "cannot change who is known", NULL,
                         "one of --client, --device, --invite, --learners, --revoke and --list goes with --data", "say --data DIR, too");
    bool makes = init || client != NULL || device != NULL;
    if (!makes && !store_there(args_value(args, "data"), err))
        return false;
    struct store *s = store_open(args_value(args, "data"), false, err);
    bool ok = s != NULL && set_roles(a, s, args, err) && set_accounts(s, a, args, err);
    if (ok && wanted > 0)
        ok = revoked != NULL  ? revoke(a, s, revoked, err)
             : invites        ? invite(a, s, args, err)
             : learners       ? take_people(a, s, args, as_json, err)
             : list           ? list_all(a, s, as_json, err)
             : client != NULL ? add_client(s, client, true, as_json, err)
                              : add_client(s, device, false, as_json, err);
    store_close(s);
    return ok;
}
