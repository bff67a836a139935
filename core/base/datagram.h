/* datagram: a socket to a service of this machine that listens by a name of the file system: the system's log, the service
 * manager. Nothing of the network's. */
#ifndef CRIB_BASE_DATAGRAM_H
#define CRIB_BASE_DATAGRAM_H

/* A socket that write sends by and that never blocks; not for programs that are started. A name that begins with `@` is one of
 * Linux' abstract ones (unix(7)). -1 where nobody listens there, or the name is too long. */
int datagram_open(const char *path);

#endif
