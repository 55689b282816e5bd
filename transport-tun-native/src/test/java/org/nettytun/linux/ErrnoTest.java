package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.reflect.Modifier;
import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ErrnoTest {
    @Test
    void everyConstantHasTheNameThatTheTableGivesItsNumber() throws Exception {
        var constants = Arrays.stream(Errno.class.getFields())
                .filter(f -> Modifier.isStatic(f.getModifiers())).toList();
        for (var constant : constants) {
            assertEquals(constant.getName(), Errno.name(constant.getInt(null)));
        }
        assertTrue(constants.size() > 30, "constants=" + constants.size());
        assertEquals("EBUSY (Device or resource busy)", Errno.describe(16));
        assertEquals("errno 4711", Errno.name(4711));
    }

    @ParameterizedTest
    @CsvSource({
        "open,      /dev/net/tun,      2,   modprobe tun",
        "open,      /dev/net/tun,      19,  --device /dev/net/tun",
        "open,      /dev/net/tun,      6,   modprobe tun",
        "open,      /dev/net/tun,      13,  CAP_NET_ADMIN",
        "open,      /run/netns/blue,   2,   no such network namespace",
        "open,      /dev/net/tun,      24,  ulimit -n",
        "TUNSETIFF, tun0,              1,   CAP_NET_ADMIN",
        "TUNSETIFF, tun0,              16,  MULTI_QUEUE",
        "TUNSETIFF, tun0,              22,  another kind",
        "TUNSETIFF, tun0,              17,  taken",
        "TUNSETIFF, tun0,              7,   256 queues",
        "TUNGETIFF, fd 7,              25,  not one of a TUN device",
        "TUNGETIFF, fd 7,              77,  not attached",
        "TUNSETOWNER, tun0,            9,   closed",
        "TUNSETOWNER, tun0,            22,  uid_map",
        "setns,     /run/netns/blue,   1,   CAP_SYS_ADMIN",
        "setns,     /etc/hostname,     22,  not that of a network namespace",
        "RTM_NEWLINK, link 3,          1,   CAP_NET_ADMIN",
        "RTM_NEWLINK, link 3,          19,  no such interface",
        "RTM_NEWROUTE, 10.8.0.0/16,    17,  there already",
    })
    void saysWhatToDo(String call, String subject, int errno, String advice) {
        ErrnoException e = new ErrnoException(call, subject, errno);

        assertTrue(e.getMessage().startsWith(call + " on " + subject + ": " + Errno.describe(errno) + ": "),
                e.getMessage());
        assertTrue(e.getMessage().contains(advice), e.getMessage());
        assertEquals(errno, e.errno());
        assertEquals(Errno.name(errno), e.errnoName());
        assertEquals(call, e.call());
        assertEquals(subject, e.subject());
    }

    @Test
    void saysNoMoreThanItKnows() {
        assertEquals("close on fd 7: EIO (Input/output error)", new ErrnoException("close", "fd 7", 5).getMessage());
    }
}
