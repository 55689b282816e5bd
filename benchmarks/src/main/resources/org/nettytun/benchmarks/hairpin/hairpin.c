/*
 * The hairpin in C: epoll, read, restore the TTL, write. `hairpin single|threaded|two-queues|vnet`; what it is told
 * and what it answers is in Subjects.java. vnet is threaded, and what it sends are super-packets.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define IN_FLIGHT 64
#define BUDGET 64
#define LONGEST (65536 + 64)
#define SEGMENT 1448
#define QUEUES 2

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

struct queue {
    int fd, epoll;
    long packets, nanos;
};

static struct queue queues[QUEUES];
static int queue_count = 1;
static unsigned char template[LONGEST];
static int size;
static int header; /* bytes before each packet */
static uint32_t ttl_and_checksum; /* bytes 8 to 11 of the header */
static int64_t deadline;
static pthread_barrier_t barrier;

static void fail(const char *call) {
    perror(call);
    exit(1);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void open_queue(struct queue *q) {
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | (queue_count > 1 ? IFF_MULTI_QUEUE : 0)
                                          | (header ? IFF_VNET_HDR : 0)};
    strcpy(request.ifr_name, "tun0");
    if ((q->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)) < 0) fail("open /dev/net/tun");
    if (ioctl(q->fd, TUNSETIFF, &request) < 0) fail("TUNSETIFF");
    unsigned long offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6;
    if (header && ioctl(q->fd, TUNSETOFFLOAD, offloads) < 0) {
        fprintf(stderr, "TUNSETOFFLOAD: this kernel has no USO, which super-packets of UDP need (since 6.2): %s\n",
                strerror(errno));
        exit(1);
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLERR};
    if ((q->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
    if (epoll_ctl(q->epoll, EPOLL_CTL_ADD, q->fd, &event) < 0) fail("epoll_ctl");
}

/* The same bytes as Packets.java and SuperPackets.java: UDP, 10.7.1.2 to 10.7.2.2. */
static void make_template(void) {
    unsigned char *ip = template + header;
    memset(template, 0, sizeof template);
    ip[0] = 0x45;
    ip[2] = size >> 8;
    ip[3] = size;
    ip[8] = 64;
    ip[9] = 17;
    memcpy(ip + 12, "\x0a\x07\x01\x02\x0a\x07\x02\x02", 8);
    uint32_t sum = 0;
    for (int i = 0; i < 20; i += 2) sum += ip[i] << 8 | ip[i + 1];
    sum = ~((sum & 0xffff) + (sum >> 16));
    ip[10] = sum >> 8;
    ip[11] = sum;
    ip[23] = 9;
    ip[24] = (size - 20) >> 8;
    ip[25] = size - 20;
    memcpy(&ttl_and_checksum, ip + 8, 4);
    if (!header) return;
    struct virtio_net_hdr vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_UDP_L4,
                                  .hdr_len = 28, .gso_size = SEGMENT, .csum_start = 20, .csum_offset = 6};
    memcpy(template, &vnet, sizeof vnet);
    sum = 17 + size - 20;
    for (int i = 12; i < 20; i += 2) sum += ip[i] << 8 | ip[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    ip[26] = sum >> 8;
    ip[27] = sum;
}

/* A flow each: a device with several queues spreads flows. What is left of another size is dropped when it is read. */
static void inject(void) {
    make_template();
    for (int i = 0; i < IN_FLIGHT; i++) {
        template[header + 20] = 0x40;
        template[header + 21] = i;
        if (write(queues[i % queue_count].fd, template, header + size) != header + size) fail("write");
    }
}

static void run(struct queue *q) {
    static __thread unsigned char packet[LONGEST] __attribute__((aligned(64)));
    struct epoll_event event;
    int64_t start = now(), end = start;
    q->packets = 0;
    do {
        int ready = epoll_wait(q->epoll, &event, 1, 100);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; ready > 0 && i < BUDGET; i++) {
            ssize_t n = read(q->fd, packet, sizeof packet);
            if (n < 0) {
                if (errno == EAGAIN) break;
                fail("read");
            }
            if (n != header + size) continue;
            memcpy(packet + header + 8, &ttl_and_checksum, 4);
            if (write(q->fd, packet, n) != n) fail("write");
            q->packets++;
        }
        end = now();
    } while (end < deadline);
    q->nanos = end - start;
}

static void *idle(void *unused) {
    for (;;) pause();
    return unused;
}

static void *second_queue(void *unused) {
    printf(" %d\n", gettid());
    fflush(stdout);
    for (;;) {
        pthread_barrier_wait(&barrier);
        run(&queues[1]);
        pthread_barrier_wait(&barrier);
    }
    return unused;
}

int main(int argc, char **argv) {
    const char *kind = argc > 1 ? argv[1] : "";
    pthread_t thread;
    queue_count = strcmp(kind, "two-queues") ? 1 : QUEUES;
    header = strcmp(kind, "vnet") ? 0 : sizeof(struct virtio_net_hdr);
    for (int i = 0; i < queue_count; i++) open_queue(&queues[i]);
    printf("ready %d", gettid());
    if (queue_count > 1) {
        fflush(stdout);
        pthread_barrier_init(&barrier, NULL, QUEUES);
        if (pthread_create(&thread, NULL, second_queue, NULL)) fail("pthread_create");
    } else {
        if (strcmp(kind, "single") && pthread_create(&thread, NULL, idle, NULL)) fail("pthread_create");
        puts("");
        fflush(stdout);
    }

    char line[64];
    int value;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "size %d", &value) == 1) {
            size = value;
            inject();
            puts("ok");
        } else if (sscanf(line, "run %d", &value) == 1) {
            deadline = now() + value * 1000000LL;
            if (queue_count > 1) pthread_barrier_wait(&barrier);
            run(&queues[0]);
            if (queue_count > 1) pthread_barrier_wait(&barrier);
            printf("%ld %ld\n", queues[0].packets + queues[1].packets,
                   queues[0].nanos > queues[1].nanos ? queues[0].nanos : queues[1].nanos);
        } else {
            fprintf(stderr, "expected `size BYTES` or `run MILLIS`: %s", line);
            return 2;
        }
        fflush(stdout);
    }
    return 0;
}
