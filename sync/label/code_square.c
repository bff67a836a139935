/* libqrencode is loaded when a QR code is asked for: few machines print labels, and crib needs nothing of it to be built. What is
 * used of it has been the same since its version 3. */
#include "sync/label/code.h"

#include <dlfcn.h>
#include <string.h>
#include <sysexits.h>

struct qr_code {
    int version, width;
    unsigned char *data; /* width * width; the lowest bit: dark */
};

enum { LEVEL_M = 1, ANY_VERSION = 0, MARGIN = 4, WIDTH_MOST = 177 };

struct qr_library {
    void *handle;
    struct qr_code *(*encode)(const char *text, int version, int level);
    void (*release)(struct qr_code *code);
};

static bool load(struct qr_library *l, struct error *err)
{
    static const char *const names[] = {"libqrencode.so.4", "libqrencode.so.3", "libqrencode.so", "libqrencode.4.dylib"};
    l->handle = NULL;
    for (size_t i = 0; l->handle == NULL && i < sizeof names / sizeof *names; i++)
        l->handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (l->handle != NULL) {
        *(void **)&l->encode = dlsym(l->handle, "QRcode_encodeString8bit");
        *(void **)&l->release = dlsym(l->handle, "QRcode_free");
        if (l->encode != NULL && l->release != NULL)
            return true;
        dlclose(l->handle);
    }
    return error_set(err, EX_UNAVAILABLE, "cannot make a QR code", NULL, "libqrencode is not installed",
                     "install it (libqrencode4 on Debian), or say --code128");
}

static bool take(struct arena *a, const struct qr_code *qr, struct code *code, struct error *err)
{
    if (qr->width < 1 || qr->width > WIDTH_MOST)
        return error_set(err, EX_SOFTWARE, "cannot make a QR code", NULL, "libqrencode's answer can't be read", "say --code128");
    size_t width = (size_t)qr->width, all = width + 2 * MARGIN;
    *code = (struct code){.columns = all, .rows = all};
    code->dark = arena_alloc(a, all * all);
    if (code->dark == NULL)
        return error_memory(err);
    memset(code->dark, 0, all * all);
    for (size_t y = 0; y < width; y++)
        for (size_t x = 0; x < width; x++)
            code->dark[(y + MARGIN) * all + x + MARGIN] = qr->data[y * width + x] & 1;
    return true;
}

bool code_square(struct arena *a, const char *text, struct code *code, struct error *err)
{
    struct qr_library l;
    if (!load(&l, err))
        return false;
    struct qr_code *qr = l.encode(text, ANY_VERSION, LEVEL_M);
    bool ok = qr != NULL ? take(a, qr, code, err)
                         : error_set(err, EX_DATAERR, "cannot make a QR code", text, "the text is too long", "shorten it");
    if (qr != NULL)
        l.release(qr);
    dlclose(l.handle);
    return ok;
}
