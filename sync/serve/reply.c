#include "sync/serve/reply.h"

#include <string.h>

static struct MHD_Response *plain_text(const char *text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(size_t)text, MHD_RESPMEM_MUST_COPY);
    if (r == NULL)
        return NULL;
    if (MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8") == MHD_YES &&
        MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES)
        return r;
    MHD_destroy_response(r);
    return NULL;
}

enum MHD_Result reply_with(struct MHD_Connection *connection, unsigned status, const char *text, const char *name,
                           const char *value)
{
    struct MHD_Response *r = plain_text(text);
    if (r == NULL)
        return MHD_NO;
    enum MHD_Result done = name != NULL ? MHD_add_response_header(r, name, value) : MHD_YES;
    if (done == MHD_YES)
        done = MHD_queue_response(connection, status, r);
    MHD_destroy_response(r);
    return done;
}

enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *text)
{
    return reply_with(connection, status, text, NULL, NULL);
}
