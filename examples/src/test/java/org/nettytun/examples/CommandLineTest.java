package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Wrong arguments: exit code 2 and one line that names the key, the value and what was expected. */
class CommandLineTest {
    private static final String A = " --interface a0,host=10.1.0.1/24,router=10.1.0.254";
    private static final String TD = " --device t0";
    private static final String AT = " --address 10.7.0.1/24";
    private static final String TP = " --local 192.0.2.1:9 --peer 192.0.2.2:9";
    private static final String B = " --interface b0,host=10.2.0.1/24,router=10.2.0.254";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``|expected a subcommand: demo, dropwatch, echo, router, tunnel",
        "fly|fly",
        "dropwatch|PID",
        "dropwatch me|me",
        "dropwatch 0|PID must be 1 or more: PID=0",
        "router|--interface",
        "router --interface a0,host=10.1.0.1/24,router=10.1.0.254|two --interface at least: given=1",
        "router AB --interface|--interface",
        "router AB --interface ,host=10.3.0.1/24|interface must be a device's name",
        "router AB --interface much-too-long-name,host=10.3.0.1/24|much-too-long-name",
        "router AB --interface a/b,host=10.3.0.1/24|a/b",
        "router AB --interface c0,hots=10.3.0.1/24|c0: expected one of netns=NS, host=CIDR",
        "router AB --interface c0,host|c0: expected one of",
        "router AB --interface c0,host=|c0: expected one of",
        "router AB --interface c0,netns=x|c0 needs host=CIDR",
        "router AB --interface c0,host=10.3.0.1/24|c0 needs router=IP",
        "router AB --interface c0,host=10.3.0.1,router=10.3.0.2|c0: host must be ADDRESS/LENGTH",
        "router AB --interface c0,host=10.3.0.1/33,router=10.3.0.2|host=10.3.0.1/33",
        "router AB --interface c0,host=10.3.0.256/24,router=10.3.0.2|host=10.3.0.256/24",
        "router AB --interface c0,host=ten/24,router=10.3.0.2|host=ten/24",
        "router AB --interface c0,host=10.3.0.1/24,router=example.org|router=example.org",
        "router AB --interface c0,host=10.3.0.1/24,router=10.4.0.2|router must be in a network of host=",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.1|router must not be the kernel's own address",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.2,mtu=67|mtu must be 68..65535: c0: mtu=67",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.2,mtu=big|mtu must be 68..65535",
        "router AB --interface c0,host=fd03::1/64,router=fd03::2,mtu=1279|mtu must be 1280 at least for IPv6: mtu=1279",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.2,queues=0|queues must be 1..256",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.2,offload=maybe|offload must be on or off",
        "router AB --interface a0,host=10.3.0.1/24,router=10.3.0.2|a name of its own: interface=a0",
        "router AB --interface c0,host=10.1.0.9/24,router=10.1.0.2|network=10.1.0.0/24, at a0 and at c0",
        "router AB --interface c0,host=127.0.0.1/8,router=127.0.0.2|must be the address of one host: 127.0.0.1 is",
        "router AB --interface c0,host=224.0.0.1/24,router=224.0.0.2|224.0.0.1 is a multicast address",
        "router AB --interface c0,host=ff02::5/64,router=ff02::6|ff02:0:0:0:0:0:0:5 is a multicast address",
        "router AB --interface c0,host=0.0.0.5/24,router=0.0.0.6|0.0.0.5 is a reserved address",
        "router AB --interface c0,host=255.255.255.255/32,router=10.3.0.1|255.255.255.255 is a reserved address",
        "router AB --interface c0,host=169.254.1.1/16,router=169.254.1.2|169.254.1.1 is a link-local address",
        "router AB --interface c0,host=fe80::1/64,router=fe80::2|is a link-local address, which is not routed",
        "router AB --interface c0,host=10.3.0.0/24,router=10.3.0.2|10.3.0.0 is the address of the network 10.3.0.0/24",
        "router AB --interface c0,host=10.3.0.255/24,router=10.3.0.2|10.3.0.255 is the broadcast address of",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.0|router must be the address of one host: 10.3.0.0",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.255|c0: router must be the address of one host",
        "router AB --interface c0,host=fd03::1/64,router=fd03::|is the address of the network fd03::/64",
        "router AB --interface c0,host=10.3.0.1/24,host=10.3.0.1/24,router=10.3.0.2|host must be given once",
        "router AB --interface c0,host=10.3.0.1/24,host=10.3.0.1/16,router=10.3.0.2|host must be given once",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.2,router=10.3.0.2|router must be given once",
        "router AB --interface c0,host=10.3.0.1/24,router=10.3.0.2,mtu=1400,mtu=1500|given once: mtu=1500",
        "router AB --interface c0,netns=a,netns=b,host=10.3.0.1/24,router=10.3.0.2|given once: netns=b",
        "router AB --interface c0,netns=..,host=10.3.0.1/24,router=10.3.0.2|netns=..: network namespace must be a name",
        "router AB --route ::/0,interface=a0|a host= of its family: route=::/0, interface=a0",
        "router AB --route 10.9.0.0/16|a route is CIDR,interface=NAME",
        "router AB --route 10.9.0.0,interface=a0|route must be ADDRESS/LENGTH",
        "router AB --route 10.9.0.1/16,interface=a0|expected 10.9.0.0/16",
        "router AB --route 10.9.0.0/16,via=10.1.0.3|a route is CIDR,interface=NAME",
        "router AB --route 10.9.0.0/16,interface=c0|interface=c0, expected one of [a0, b0]",
        "router AB --route 10.2.0.0/24,interface=a0|network=10.2.0.0/24",
        "router AB --icmp-rate-limit 0|1..1000000",
        "router AB --icmp-rate-limit never|never",
        "router AB --metrics-port 65536|port must be 0..65535: port=65536",
        "router AB --metrics-port|--metrics-port",
        "router AB --metrics-port 0 --metrics-address localhost|metrics-address=localhost",
        "router AB --route 10.9.0.0/16,nowhere|a route is CIDR,interface=NAME or CIDR,unreachable",
        "router AB --route 10.1.0.254/32,interface=b0|network=10.1.0.254/32, the router's own and at b0",
        "router AB --route 10.1.0.255/32,interface=b0|network=10.1.0.255/32, broadcast at a0 and at b0",
        "router AB --route 10.9.0.0/16,blackhole --route 10.9.0.0/16,interface=b0|blackhole and at b0",
        "router AB --routes-file no-such|routes cannot be read: file=no-such",
        "router AB @no-such|'@no-such'; a file of arguments that cannot be read",
        "router AB --loud|--loud",
        "echo|--prefix",
        "echo --prefix 10.9.0.0|prefix must be ADDRESS/LENGTH",
        "echo --prefix fd09::/129|fd09::/129",
        "echo --name a:b --prefix 10.9.0.0/16|a:b",
        "tunnel|--device",
        "tunnel --device t0 --address 10.7.0.1/24 --local 192.0.2.1:9|--peer",
        "tunnel TA --device a/b|a/b",
        "tunnel TA --device t0,mtu=9|t0: expected netns=NS and nothing else",
        "tunnel TA --device t0,netns=|t0: expected netns=NS and nothing else",
        "tunnel TD --local 192.0.2.1:9 --peer 192.0.2.2:9 --address 10.7.0.1|address must be ADDRESS/LENGTH",
        "tunnel TD AT --peer 192.0.2.2:9 --local 192.0.2.1|expected IP:PORT",
        "tunnel TD AT --peer 192.0.2.2:9 --local :9|expected IP:PORT",
        "tunnel TD AT --peer 192.0.2.2:9 --local 2001:db8::1:9|[2001:db8::1]:4789",
        "tunnel TD AT --peer 192.0.2.2:9 --local [192.0.2.1]:9|expected IP:PORT",
        "tunnel TD AT --peer 192.0.2.2:9 --local example.org:9|example.org",
        "tunnel TD AT --peer 192.0.2.2:9 --local 192.0.2.1:0|port must be 1..65535",
        "tunnel TD AT --peer 192.0.2.2:9 --local 192.0.2.1:65536|port must be 1..65535",
        "tunnel TD AT --peer 192.0.2.2:9 --local [2001:db8::1]:9|must be of one family: local=[2001:db8::1]:9, peer=19",
        "tunnel TD AT --peer 192.0.2.2:9 --local 0.0.0.0:9|--local must be one address of this host",
        "tunnel TD AT --peer 224.0.0.1:9 --local 192.0.2.1:9|--peer must be the address of another end",
        "tunnel TD AT --peer 192.0.2.1:9 --local 192.0.2.1:9|--peer must be the address of another end",
        "tunnel TD AT --peer 10.7.0.2:9 --local 192.0.2.1:9|through the tunnel itself: peer=10.7.0.2:9, address=10.7",
        "tunnel TD TP --address fd07::1/64 --mtu 1279|--mtu must be 1280 at least for IPv6: mtu=1279",
        "tunnel TA --device t0 --mtu 67|mtu must be 68..65535: mtu=67",
        "tunnel TA --device t0 --mtu 65535|--mtu must be 68..65499: mtu=65535",
        "tunnel TA --device t0 --workers 2|--workers have nothing to do without --key: workers=2",
        "tunnel TA --device t0 --workers 257|workers must be 0..256",
        "tunnel TA --device t0 --queue 0|queue must be 1..1024: queue=0",
        "tunnel TA --device t0 --key /no/such|--key /no/such cannot be read",
        "tunnel TA --device t0 --key pom.xml|--key pom.xml must hold 64 hexadecimal digits",
        "tunnel TA --device t0 --metrics-port 65536|port must be 0..65535",
        "echo --netns .. --prefix 10.9.0.0/16|--netns=..: network namespace must be a name",
        "echo --netns  --prefix 10.9.0.0/16|--netns=: network namespace must be a name",
        "demo --pings 0|pings must be 1..60000: pings=0",
        "demo --duration long|seconds must be 1..3600",
        "demo --mode sky|expected auto, devices, userns or pairs: mode=sky",
        "demo now|now",
    })
    void wrongArgumentsAreOneLineAndExitCodeTwo(String line, String expected) {
        Result result = run(line.replace(" AB", A + B).replace(" TA", AT + TP).replace(" TD", TD).replace(" AT", AT)
                .replace(" TP", TP).strip());
        assertAll(
                () -> assertEquals(2, result.code, result.err),
                () -> assertEquals(1, result.err.lines().count(), result.err),
                () -> assertTrue(result.err.contains(expected), result.err),
                () -> assertEquals("", result.out));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "--loud|:5: Unknown option: '--loud'",
        "--route 10.9.0.0/16,interface=c0|:5: a route must name an --interface: interface=c0",
        "--route=10.9.0.1/16,interface=b0|:5: Invalid value for option '--route'",
        "--route 10.2.0.0/24,blackhole  # again|:5: a network can be one thing only: network=10.2.0.0/24, at b0 and",
        "--interface a0,host=10.3.0.1/24,router=10.3.0.254|:5: each --interface needs a name of its own",
        "--metrics-port=many|:5: Invalid value for option '--metrics-port'"})
    void whatIsWrongInAFileOfArgumentsIsToldWithItsLine(String line, String expected, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("router.conf"),
                "router\n# two links\n" + A + "\n" + B + "\n" + line);
        Result result = run("@" + file);
        assertEquals(2, result.code, result.err);
        assertTrue(result.err.contains("router.conf" + expected), result.err);
    }

    @Test
    void helpIsNoError() {
        for (String line : List.of("--help", "router --help", "echo --help", "demo --help",
                "tunnel --help", "--version")) {
            Result result = run(line);
            assertEquals(0, result.code, line);
            assertEquals("", result.err, line);
        }
    }

    private static Result run(String line) {
        Stop stop = new Stop();
        stop.request();   // what should be refused, and is not, ends at once
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(stop);
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = command.execute(line.isEmpty() ? new String[0] : line.split(" "));
        return new Result(code, out.toString(), err.toString());
    }

    private record Result(int code, String out, String err) {
    }
}
