package org.nettytun.examples.demo;

import org.nettytun.linux.NetworkNamespace;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One of the demo's two network namespaces; deleted when it is closed. */
final class Site implements AutoCloseable {
    private final String name;

    private Site(String name) {
        this.name = name;
    }

    static Site create(String letter) throws IOException, DemoFailure {
        String name = "nettytun-" + letter + "-" + ProcessHandle.current().pid();
        Children.Output made = Children.tryTo("ip", "netns", "add", name);
        if (made.code() != 0) {
            String hint = made.text().contains("mount") ? "; mounts are forbidden here: let the container have them"
                    + " (docker: --security-opt apparmor=unconfined), or say --mode pairs" : "";
            throw new DemoFailure("ip netns add " + name + ": " + made.oneLine() + hint);
        }
        return new Site(name);
    }

    String name() {
        return name;
    }

    NetworkNamespace namespace() {
        return NetworkNamespace.of(name);
    }

    /** A command that runs here. Not {@code ip netns exec}: that mounts /sys, which a container may not. */
    List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name));
        command.addAll(List.of(words));
        return command;
    }

    @Override
    public void close() throws IOException, DemoFailure {
        Children.must("ip", "netns", "del", name);
    }
}
