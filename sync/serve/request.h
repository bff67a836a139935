/* request: what the server keeps of a request that is not for a file: the first member of what the part keeps that answers. */
#ifndef CRIB_SERVE_REQUEST_H
#define CRIB_SERVE_REQUEST_H

struct request {
    void (*forget)(struct request *request); /* when the request is completed, or its connection broke */
};

#endif
