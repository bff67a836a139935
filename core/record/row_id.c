#include "core/record/row_id.h"

#include "core/record/chain.h"

#include <sodium.h>
#include <string.h>

static void make(const struct uuid *said, int64_t learner, struct uuid *id)
{
    static const char label[] = "crib-row-1";
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof id->bytes);
    crypto_generichash_update(&state, (const unsigned char *)label, sizeof label);
    crypto_generichash_update(&state, said->bytes, sizeof said->bytes);
    crypto_generichash_update(&state, (const unsigned char *)&learner, sizeof learner); /* known on this machine alone, as the row */
    crypto_generichash_final(&state, id->bytes, sizeof id->bytes);
    id->bytes[6] = (unsigned char)((id->bytes[6] & 0x0F) | 0x80);
    id->bytes[8] = (unsigned char)((id->bytes[8] & 0x3F) | 0x80);
}

bool row_id(struct record *r, enum row_table table, const struct uuid *said, int64_t learner, struct uuid *id, bool *there,
            struct error *err)
{
    static const char *const whose[] = {"SELECT learner FROM attempt WHERE id = ?", "SELECT learner FROM signoff WHERE id = ?"};
    int64_t first, made;
    *id = *said;
    if (!db_number(r->db, &first, -1, err, whose[table], "b", said->bytes, sizeof said->bytes))
        return false;
    *there = first == learner;
    if (*there)
        return true;
    make(said, learner, id);
    if (!db_number(r->db, &made, -1, err, whose[table], "b", id->bytes, sizeof id->bytes))
        return false;
    *there = made == learner;
    if (!*there && first == -1)
        *id = *said;
    return true;
}
