/*
 * The yardstick: everything from A to B and from B to A, one hop fewer, by epoll, read(2) and write(2).
 *
 *     forwarder plain|vnet NETNS_A DEVICE_A NETNS_B DEVICE_B
 *
 * Creates a TUN device in each of two network namespaces (paths), prints "ready OFFLOADS", and forwards until it is told to
 * stop; then says what it did. "plain" has one IP packet a read. "vnet" has a virtio_net_hdr before each packet
 * (IFF_VNET_HDR) and accepts super-packets; header and payload pass as they are, for the offsets in the header do not
 * change and no other checksum covers the TTL.
 *
 * A second, idle thread makes the process what a JVM is: one whose descriptors are reference-counted at each call.
 * Up to 64 packets of a device are read before the other has its turn, as NAPI has it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

enum { BUDGET = 64, ROOM = 65536 + sizeof(struct virtio_net_hdr), V4_HEADER = 20, V6_HEADER = 40 };

static volatile sig_atomic_t stopped;
static unsigned char packet[ROOM];
static unsigned long forwarded, dropped, refused;

static void fail(const char *call, const char *what)
{
	fprintf(stderr, "%s %s: %s\n", call, what, strerror(errno));
	exit(1);
}

static void stop(int signal)
{
	(void) signal;
	stopped = 1;
}

static void *idle(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Source: RFC 1624, equation 3; TTL and protocol share one checksum word. */
static int one_hop_fewer(unsigned char *ip, ssize_t length)
{
	if (length >= V4_HEADER && ip[0] >> 4 == 4) {
		if (ip[8] <= 1)
			return 0;
		uint32_t sum = (uint32_t) (ip[10] << 8 | ip[11]) + 0x0100;
		sum = (sum & 0xffff) + (sum >> 16);
		ip[8]--;
		ip[10] = (unsigned char) (sum >> 8);
		ip[11] = (unsigned char) sum;
		return 1;
	}
	if (length >= V6_HEADER && ip[0] >> 4 == 6 && ip[7] > 1) {
		ip[7]--;
		return 1;
	}
	return 0;
}

/* Ends with the device: a read that fails otherwise than with EAGAIN means that it is gone. */
static void forward(int from, int to, size_t header)
{
	for (int i = 0; i < BUDGET; i++) {
		ssize_t length = read(from, packet, sizeof packet);
		if (length < 0) {
			if (errno == EAGAIN || errno == EINTR)
				return;
			fail("read", "device");
		}
		if (!one_hop_fewer(packet + header, length - (ssize_t) header))
			dropped++;
		else if (write(to, packet, (size_t) length) != length)
			refused++;
		else
			forwarded++;
	}
}

static int open_in(const char *netns, const char *device, int vnet)
{
	int namespace = open(netns, O_RDONLY | O_CLOEXEC);
	if (namespace < 0)
		fail("open", netns);
	if (setns(namespace, CLONE_NEWNET) < 0)
		fail("setns", netns);
	close(namespace);
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fail("open", "/dev/net/tun");
	struct ifreq request = { .ifr_flags = (short) (IFF_TUN | IFF_NO_PI | (vnet ? IFF_VNET_HDR : 0)) };
	strncpy(request.ifr_name, device, IFNAMSIZ - 1);
	if (ioctl(fd, TUNSETIFF, &request) < 0)
		fail("TUNSETIFF", device);
	return fd;
}

/* The most that this kernel knows. */
static const char *accept_offloads(int a, int b)
{
	unsigned long tso = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	unsigned long uso = tso | TUN_F_USO4 | TUN_F_USO6;
	if (ioctl(a, TUNSETOFFLOAD, uso) == 0 && ioctl(b, TUNSETOFFLOAD, uso) == 0)
		return "CSUM TSO4 TSO6 USO4 USO6";
	if (ioctl(a, TUNSETOFFLOAD, tso) == 0 && ioctl(b, TUNSETOFFLOAD, tso) == 0)
		return "CSUM TSO4 TSO6";
	fail("TUNSETOFFLOAD", "CSUM TSO4 TSO6");
	return NULL;
}

static void watch(int epoll, int fd, int other)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = (uint64_t) fd << 32 | (uint32_t) other };
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		fail("epoll_ctl", "device");
}

int main(int argc, char **argv)
{
	if (argc != 6 || (strcmp(argv[1], "plain") && strcmp(argv[1], "vnet"))) {
		fprintf(stderr, "usage: %s plain|vnet NETNS_A DEVICE_A NETNS_B DEVICE_B\n", argv[0]);
		return 2;
	}
	int vnet = !strcmp(argv[1], "vnet");
	int a = open_in(argv[2], argv[3], vnet);
	int b = open_in(argv[4], argv[5], vnet);
	const char *offloads = vnet ? accept_offloads(a, b) : "none";
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		fail("epoll_create1", "");
	watch(epoll, a, b);
	watch(epoll, b, a);
	struct sigaction action = { .sa_handler = stop };
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	pthread_t thread;
	if ((errno = pthread_create(&thread, NULL, idle, NULL)))
		fail("pthread_create", "");
	printf("ready %s\n", offloads);
	fflush(stdout);
	while (!stopped) {
		struct epoll_event events[2];
		int ready = epoll_wait(epoll, events, 2, -1);
		if (ready < 0 && errno != EINTR)
			fail("epoll_wait", "");
		for (int i = 0; i < ready; i++)
			forward((int) (events[i].data.u64 >> 32), (int) (uint32_t) events[i].data.u64,
				vnet ? sizeof(struct virtio_net_hdr) : 0);
	}
	printf("forwarded=%lu dropped=%lu refused=%lu\n", forwarded, dropped, refused);
	return 0;
}
