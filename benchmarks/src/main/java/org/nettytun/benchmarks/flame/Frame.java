package org.nettytun.benchmarks.flame;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One frame of a tree of stacks, with how many samples went through it. */
final class Frame {
    private static final String KERNEL = "_[k]";
    private static final String JAVA = "_\\[[ij01]\\]$";
    /** What Netty unpacked under a name of its own making, and deleted once it was loaded. */
    private static final String UNPACKED = "^\\S*?(libnetty\\w+?_(x86|aarch)_64)\\d*\\.so \\(deleted\\)$";

    private final String name;
    private final Map<String, Frame> callees = new TreeMap<>();
    private long samples;

    Frame(String name) {
        this.name = name;
    }

    /**
     * The tree of what async-profiler calls collapsed stacks: {@code caller;callee;callee 17}.
     *
     * @return the root, which is no function
     */
    static Frame parse(List<String> lines) {
        Frame root = new Frame("all");
        for (String line : lines) {
            int blank = line.lastIndexOf(' ');
            long samples = Long.parseLong(line.substring(blank + 1));
            root.samples += samples;
            Frame at = root;
            for (String callee : line.substring(0, blank).split(";")) {
                at = at.callees.computeIfAbsent(callee, Frame::new);
                at.samples += samples;
            }
        }
        return root;
    }

    /** Without the mark of its kind: {@code io/netty/channel/DefaultChannelPipeline.fireChannelRead}. */
    String name() {
        return name.endsWith(KERNEL) ? name.substring(0, name.length() - KERNEL.length())
                : name.replaceFirst(JAVA, "").replaceFirst(UNPACKED, "$1.so");
    }

    /** As async-profiler wrote it, with the mark. */
    String fullName() {
        return name;
    }

    /** Samples in it and in what it called. */
    long samples() {
        return samples;
    }

    /** Samples in it alone. */
    long self() {
        return samples - callees.values().stream().mapToLong(Frame::samples).sum();
    }

    Iterable<Frame> callees() {
        return callees.values();
    }

    /** How many frames the deepest stack has that is not thinner than {@code least} samples. */
    int depth(long least) {
        return samples < least ? 0 : 1 + callees.values().stream().mapToInt(callee -> callee.depth(least)).max()
                .orElse(0);
    }

    Kind kind() {
        if (name.endsWith(KERNEL)) {
            return Kind.KERNEL;
        }
        if (name.startsWith("org/nettytun/benchmarks/")) {
            return Kind.APPLICATION;
        }
        if (name.startsWith("org/nettytun/")) {
            return Kind.OURS;
        }
        if (name.startsWith("io/netty/")) {
            return Kind.NETTY;
        }
        return name.contains("/") && !name.endsWith("(deleted)") ? Kind.JDK : Kind.NATIVE;
    }

    /** Whose code it is. */
    enum Kind {
        /** This project's. */
        OURS("#5aa65a"),
        /** The benchmark's handler. */
        APPLICATION("#b0c4de"),
        /** Netty's. */
        NETTY("#e3c34b"),
        /** The JDK's, in Java. */
        JDK("#d9d9a0"),
        /** The JVM, libc, JNI libraries. */
        NATIVE("#bbbbbb"),
        /** The kernel. */
        KERNEL("#e08a5a");

        private final String color;

        Kind(String color) {
            this.color = color;
        }

        String color() {
            return color;
        }
    }
}
