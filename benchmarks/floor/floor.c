// The floor: what a push server costs when it does nothing but the system calls. Every figure of Halley is read against it.
//
//   cc -O2 -pthread -o floor floor.c && ./floor -f 8100 -a 8000 [-t threads]
//
//   front port   GET /stream?cname=X&seq=N   GET /poll?cname=X&seq=N      held; answered like iComet, head for head
//   admin port   GET /push?cname=X&content=Y   GET /info
//
// Per subscription: accept4, recv straight after it, one send (the head), one epoll_ctl. Per push: recv, send of the answer, and one
// send per subscriber. Nothing else is done: no history, timers, escaping, percent-decoding or queue for a client that does not read
// (its connection is closed). Memory is flat arrays by descriptor and by channel, which the kernel backs only where they are touched.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_THREADS = 16,
    MAX_CHANNELS = 1 << 17,    // a power of two: the hash table has twice as many places (1 MiB, all touched by 5,000 names)
    NAME_SIZE = 28,            // a channel's name with its final zero
    REQUEST_SIZE = 64 << 10,   // the longest request
    MESSAGE_SIZE = REQUEST_SIZE + 256,
    EVENTS = 512,              // taken from one epoll_wait
    SEND_BUFFER = 16 << 10,    // SO_SNDBUF of every connection, inherited from the listener
};

enum role { FRONT, ADMIN };
enum state { READING, STREAM, POLL };    // what a connection waits for: a request, messages for ever, or one message

// One per descriptor, 24 bytes. Descriptor 0 is never a connection, so 0 ends a list.
struct connection {
    char *partial;    // the beginning of a request that has not arrived whole, a string; nearly always null
    uint32_t channel;
    int previous, next;    // the others of this channel on this thread, in a ring
    uint8_t role, state;
};

// Subscribers of a channel hang in one ring per thread: heads[channel * threads + thread], each touched by its own thread.
struct channel {
    char name[NAME_SIZE];
    uint32_t sequence;    // of the next message
};

// A message on its way; the threads that have subscribers share it, the last one frees it.
struct message {
    uint32_t channel;
    atomic_int readers;
    int stream_length, poll_length;    // a poll is told the same and then the final chunk
    char bytes[];
};

struct thread {
    pthread_t id;
    int index, epoll, front, admin;
    int wake[2];    // a pipe of struct message pointers from other threads
    char request[REQUEST_SIZE + 1];
    char answer[1024];
};

static const char LastChunk[] = "0\r\n\r\n";

static int threads = 1;
static struct thread *pool;
static struct connection *connections;
static struct channel *channels;
static uint32_t *table;    // hash -> channel + 1
static int *heads;
static uint32_t channel_count;
static atomic_int subscriber_count;
static pthread_mutex_t channels_lock = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void *reserve(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) die("mmap");
    return memory;
}

// ---- channels

// The channel of this name, made if there is none. UINT32_MAX: there are too many.
static uint32_t find_channel(const char *name)
{
    uint32_t hash = 2166136261u;    // FNV-1a
    for (const char *p = name; *p; p++) hash = (hash ^ (uint8_t)*p) * 16777619u;

    pthread_mutex_lock(&channels_lock);
    uint32_t place = hash & (2 * MAX_CHANNELS - 1);
    while (table[place] && strcmp(channels[table[place] - 1].name, name)) place = (place + 1) & (2 * MAX_CHANNELS - 1);
    uint32_t found = table[place] - 1;
    if (!table[place] && channel_count < MAX_CHANNELS) {
        found = channel_count++;
        strcpy(channels[found].name, name);
        channels[found].sequence = 1;
        table[place] = found + 1;
    }
    pthread_mutex_unlock(&channels_lock);
    return found;
}

static int *head_of(uint32_t channel, const struct thread *self) { return &heads[(size_t)channel * threads + self->index]; }

// To the end of the ring: messages go out in the order of arrival.
static void attach(struct thread *self, int fd, uint32_t channel, enum state state)
{
    struct connection *c = &connections[fd];
    int *head = head_of(channel, self);
    c->channel = channel;
    c->state = state;
    if (*head) {
        struct connection *first = &connections[*head];
        c->previous = first->previous;
        c->next = *head;
        connections[first->previous].next = fd;
        first->previous = fd;
    } else {
        c->previous = c->next = *head = fd;
    }
    atomic_fetch_add_explicit(&subscriber_count, 1, memory_order_relaxed);
}

static void detach(struct thread *self, int fd)
{
    struct connection *c = &connections[fd];
    int *head = head_of(c->channel, self);
    connections[c->previous].next = c->next;
    connections[c->next].previous = c->previous;
    if (*head == fd) *head = c->next == fd ? 0 : c->next;
    c->state = READING;
    atomic_fetch_sub_explicit(&subscriber_count, 1, memory_order_relaxed);
}

// ---- connections

// An event of a closed descriptor may still stand in the batch and meet its successor: a recv that finds nothing, no harm.
static void close_connection(struct thread *self, int fd)
{
    if (connections[fd].state != READING) detach(self, fd);
    free(connections[fd].partial);
    connections[fd].partial = NULL;
    close(fd);
}

static int send_all(int fd, const char *bytes, int length)
{
    return send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

// The Date header's value, made once a second.
static const char *date(void)
{
    static _Thread_local time_t made;
    static _Thread_local char text[32];
    time_t now = time(NULL);
    if (now != made) {
        struct tm parts;
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &parts));
        made = now;
    }
    return text;
}

static void deliver(struct thread *self, struct message *m)
{
    int *head = head_of(m->channel, self);
    int last = *head ? connections[*head].previous : 0;
    for (int fd = *head, next; fd; fd = next) {
        struct connection *c = &connections[fd];
        next = fd == last ? 0 : c->next;
        if (!send_all(fd, m->bytes, c->state == POLL ? m->poll_length : m->stream_length)) close_connection(self, fd);
        else if (c->state == POLL) detach(self, fd);
    }
    if (atomic_fetch_sub(&m->readers, 1) == 1) free(m);
}

static void publish(struct thread *self, uint32_t channel, const char *content)
{
    pthread_mutex_lock(&channels_lock);
    uint32_t sequence = channels[channel].sequence++;
    pthread_mutex_unlock(&channels_lock);

    int readers = 0;
    for (int t = 0; t < threads; t++) readers += *head_of(channel, &pool[t]) != 0;
    if (!readers) return;

    char text[MESSAGE_SIZE];
    int length = snprintf(text, sizeof text, "{\"type\":\"data\",\"cname\":\"%s\",\"seq\":%u,\"content\":\"%s\"}\n",
        channels[channel].name, sequence, content);
    struct message *m = malloc(sizeof *m + length + 32);
    m->channel = channel;
    m->readers = readers;
    m->stream_length = sprintf(m->bytes, "%x\r\n%s\r\n", length, text);
    m->poll_length = m->stream_length + sprintf(m->bytes + m->stream_length, "%s", LastChunk);

    int ours = *head_of(channel, self) != 0;
    for (int t = 0; t < threads; t++)
        if (t != self->index && *head_of(channel, &pool[t]) && write(pool[t].wake[1], &m, sizeof m) != sizeof m) die("wake");
    if (ours) deliver(self, m);
}

// ---- requests

// The value of a query's name, copied and ended. Null: not there, or too long.
static const char *parameter(const char *query, const char *query_end, const char *name, char *value, size_t size)
{
    size_t name_length = strlen(name);
    for (const char *p = query; p < query_end;) {
        const char *end = memchr(p, '&', query_end - p);
        if (!end) end = query_end;
        if ((size_t)(end - p) > name_length && p[name_length] == '=' && !memcmp(p, name, name_length)) {
            p += name_length + 1;
            if ((size_t)(end - p) >= size) return NULL;
            memcpy(value, p, end - p);
            value[end - p] = 0;
            return value;
        }
        p = end + 1;
    }
    return NULL;
}

static int subscribe(struct thread *self, int fd, enum state state, const char *query, const char *query_end)
{
    char name[NAME_SIZE], number[16];
    uint32_t channel;
    if (!parameter(query, query_end, "cname", name, sizeof name) || (channel = find_channel(name)) == UINT32_MAX) return 0;

    int length = sprintf(self->answer,
        "HTTP/1.1 200 OK\r\nExpires: 0\r\nCache-Control: no-cache\r\nContent-Type: application/json; charset=utf-8\r\n"
        "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\nDate: %s\r\n\r\n", date());
    uint32_t sequence = channels[channel].sequence;
    int is_current = parameter(query, query_end, "seq", number, sizeof number) && strtoul(number, NULL, 10) == sequence;
    if (!is_current) {
        char text[128];
        int size = sprintf(text, "{\"type\":\"next_seq\",\"cname\":\"%s\",\"seq\":%u,\"content\":\"\"}\n", name, sequence);
        length += sprintf(self->answer + length, "%x\r\n%s\r\n%s", size, text, state == POLL ? LastChunk : "");
    }
    if (!send_all(fd, self->answer, length)) return 0;
    if (is_current || state == STREAM) attach(self, fd, channel, state);
    return 1;
}

static int answer_json(struct thread *self, int fd, const char *body)
{
    int length = sprintf(self->answer,
        "HTTP/1.1 200 OK\r\nServer: icomet 0.2.5\r\nContent-Type: text/javascript; charset=utf-8\r\nDate: %s\r\nContent-Length: %zu\r\n\r\n%s",
        date(), strlen(body), body);
    return send_all(fd, self->answer, length);
}

static int push(struct thread *self, int fd, const char *query, const char *query_end)
{
    static _Thread_local char content[REQUEST_SIZE];
    char name[NAME_SIZE];
    uint32_t channel;
    if (!parameter(query, query_end, "cname", name, sizeof name) || (channel = find_channel(name)) == UINT32_MAX) return 0;
    if (!parameter(query, query_end, "content", content, sizeof content)) content[0] = 0;
    if (!answer_json(self, fd, "{\"type\":\"ok\"}\n")) return 0;
    publish(self, channel, content);
    return 1;
}

static int info(struct thread *self, int fd)
{
    char body[96];
    sprintf(body, "{\"version\": \"floor\", \"channels\": %u, \"subscribers\": %d}\n", channel_count, subscriber_count);
    return answer_json(self, fd, body);
}

// One whole request head; 0: it is nothing we know, close.
static int handle(struct thread *self, int fd, const char *request)
{
    if (strncmp(request, "GET ", 4)) return 0;
    const char *target = request + 4;
    const char *target_end = target + strcspn(target, " \r\n");
    const char *query = memchr(target, '?', target_end - target);
    size_t path_length = (query ? query : target_end) - target;
    query = query ? query + 1 : target_end;
#define IS(path) (path_length == sizeof path - 1 && !memcmp(target, path, path_length))
    if (connections[fd].role == FRONT) {
        if (IS("/stream")) return subscribe(self, fd, STREAM, query, target_end);
        if (IS("/poll")) return subscribe(self, fd, POLL, query, target_end);
    } else {
        if (IS("/push")) return push(self, fd, query, target_end);
        if (IS("/info")) return info(self, fd);
    }
    return 0;
}

// Reads once (epoll is level-triggered and comes back) and serves every request that is whole.
static void read_requests(struct thread *self, int fd)
{
    struct connection *c = &connections[fd];
    size_t have = c->partial ? strlen(c->partial) : 0;
    if (have) memcpy(self->request, c->partial, have);
    ssize_t got = recv(fd, self->request + have, REQUEST_SIZE - have, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {    // also a request that does not fit: nothing more was asked for
        close_connection(self, fd);
        return;
    }
    if (c->state != READING) return;    // said while held: dropped

    char *request = self->request, *end;
    self->request[have + got] = 0;
    while (c->state == READING && (end = strstr(request, "\r\n\r\n"))) {
        if (!handle(self, fd, request)) {
            close_connection(self, fd);
            return;
        }
        request = end + 4;
    }
    free(c->partial);
    c->partial = *request && c->state == READING ? strdup(request) : NULL;
}

static void accept_connections(struct thread *self, int listener, enum role role)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        connections[fd] = (struct connection){ .role = role };
        struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
        if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
        read_requests(self, fd);
    }
    if (errno != EAGAIN && errno != ECONNABORTED) die("accept4");
}

static void take_messages(struct thread *self)
{
    struct message *batch[64];
    ssize_t got = read(self->wake[0], batch, sizeof batch);
    for (int i = 0; i < got / (ssize_t)sizeof *batch; i++) deliver(self, batch[i]);
}

static _Noreturn void *run(void *argument)
{
    struct thread *self = argument;
    struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(self->epoll, events, EVENTS, -1);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == self->front) accept_connections(self, fd, FRONT);
            else if (fd == self->admin) accept_connections(self, fd, ADMIN);
            else if (fd == self->wake[0]) take_messages(self);
            else read_requests(self, fd);
        }
    }
}

// ---- start

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int yes = 1, seconds = 5, send_buffer = SEND_BUFFER;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 65535)) die("listen");
    return fd;
}

static void watch(struct thread *self, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

static void start(struct thread *self, int index, int front_port, int admin_port)
{
    self->index = index;
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (self->epoll < 0 || pipe(self->wake)) die("start");
    watch(self, self->front = listen_on(front_port));
    watch(self, self->admin = listen_on(admin_port));
    watch(self, self->wake[0]);
}

int main(int argc, char **argv)
{
    int option, front_port = 8100, admin_port = 8000;
    while ((option = getopt(argc, argv, "f:a:t:")) != -1) {
        if (option == 'f') front_port = atoi(optarg);
        else if (option == 'a') admin_port = atoi(optarg);
        else if (option == 't') threads = atoi(optarg);
        else return 2;
    }
    if (threads < 1 || threads > MAX_THREADS) return 2;

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);

    connections = reserve(files.rlim_max * sizeof *connections);
    channels = reserve(MAX_CHANNELS * sizeof *channels);
    table = reserve(2 * MAX_CHANNELS * sizeof *table);
    heads = reserve((size_t)MAX_CHANNELS * threads * sizeof *heads);
    pool = reserve(threads * sizeof *pool);
    for (int t = 0; t < threads; t++) start(&pool[t], t, front_port, admin_port);
    for (int t = 1; t < threads; t++) pthread_create(&pool[t].id, NULL, run, &pool[t]);
    run(&pool[0]);
}
