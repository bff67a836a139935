/* iri: is this text an IRI (RFC 3987) with a scheme? */
#ifndef CRIB_BASE_IRI_H
#define CRIB_BASE_IRI_H

#include <stdbool.h>

/* UTF-8, a scheme, and no character that RFC 3987 keeps out. */
bool iri_valid(const char *text);

#endif
