package org.nettytun.examples.echo;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.examples.Arguments;
import org.nettytun.examples.Stop;
import org.nettytun.examples.ip.AddressBits;
import org.nettytun.linux.IpPrefix;
import org.nettytun.stats.Direction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The smallest application: what comes in goes out again as its own answer. */
@Command(name = "echo", mixinStandardHelpOptions = true,
        description = "Answers ping for whole prefixes, until it is told to stop.")
public final class EchoCommand implements Callable<Integer> {
    private final Stop stop;

    @Option(names = "--name", defaultValue = "tun0", paramLabel = "NAME",
            description = "The TUN device to create (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--netns", paramLabel = "NS",
            description = "The network namespace to create it in, by name or path (default: the current one).")
    private String netns;

    @Option(names = "--prefix", required = true, arity = "1..*", paramLabel = "CIDR",
            converter = Arguments.PrefixConverter.class,
            description = "All its addresses answer but one: that is the kernel's own, the one given, or the first if"
                    + " the network's was given.")
    private List<IpPrefix> prefixes;

    @Spec
    private CommandSpec spec;

    /** @param stop ends it */
    public EchoCommand(Stop stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        checkNames();
        PrintWriter out = spec.commandLine().getOut();
        EventLoopGroup group = new TunEventLoopGroup(1);
        try {
            Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                    .option(TunChannelOption.TUN_ADDRESSES, kernelAddresses())
                    .option(TunChannelOption.TUN_ROUTES, routes())
                    .handler(new EchoHandler(line -> say(out, line)));
            if (netns != null) {
                bootstrap.option(TunChannelOption.TUN_NETNS, netns);
            }
            TunChannel channel = (TunChannel) bootstrap.bind(new TunAddress(name)).sync().channel();
            say(out, channel.localAddress() + " is up: the kernel has " + kernelAddresses() + ", all others of "
                    + prefixes.stream().map(IpPrefix::network).toList() + " answer ping");
            channel.closeFuture().addListener(closed -> stop.request());
            stop.await();
            boolean gone = !channel.isOpen();
            channel.close().sync();
            say(out, "answered " + channel.stats().packets(Direction.OUTBOUND) + "; "
                    + channel.stats());
            return gone ? 1 : 0;
        } finally {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private void checkNames() {
        try {
            Arguments.deviceName("--name", name);
            if (netns != null) {
                Arguments.netns("--netns", netns);
            }
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Of prefixes with room for the kernel's own address. */
    private List<String> kernelAddresses() {
        List<String> addresses = new ArrayList<>();
        for (IpPrefix prefix : prefixes) {
            if (hasRoom(prefix)) {
                boolean isNetwork = prefix.network().equals(prefix);
                addresses.add((isNetwork ? new IpPrefix(AddressBits.first(prefix), prefix.length()) : prefix)
                        .toString());
            }
        }
        return addresses;
    }

    private List<String> routes() {
        return prefixes.stream().filter(prefix -> !hasRoom(prefix)).map(IpPrefix::toString).toList();
    }

    private static boolean hasRoom(IpPrefix prefix) {
        return prefix.length() < AddressBits.width(prefix.address()) - 1;
    }

    private static void say(PrintWriter out, String line) {
        out.println("echo: " + line);
        out.flush();
    }
}
