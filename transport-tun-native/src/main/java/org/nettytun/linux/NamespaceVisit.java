package org.nettytun.linux;

import java.util.concurrent.Callable;

/**
 * One visit to another network namespace, on a thread made for it. Used once: {@link #run()} starts the thread and
 * waits for its end, which also publishes the thread's results to the caller.
 */
final class NamespaceVisit<T> {
    private static final String HOME = "/proc/thread-self/ns/net";

    private final String path;
    private final int namespace;
    private final Callable<T> opener;

    private T result;
    private Throwable failure;

    /** @param namespace an open descriptor of it, which stays the caller's */
    NamespaceVisit(String path, int namespace, Callable<T> opener) {
        this.path = path;
        this.namespace = namespace;
        this.opener = opener;
    }

    T run() throws Exception {
        Thread visitor = new Thread(null, this::visit, "nettytun-netns", 0, false);
        visitor.setDaemon(true);
        visitor.start();
        joinWhateverComes(visitor);
        if (failure instanceof Exception e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        return result;
    }

    private void visit() {
        try {
            int home = LibC.open(HOME, LibC.O_CLOEXEC);
            if (home < 0) {
                throw ErrnoException.last("open", HOME);
            }
            try {
                enter(home);
            } finally {
                LibC.close(home);
            }
        } catch (Throwable t) {   // carried to the caller's thread, and thrown there
            failure = t;
        }
    }

    private void enter(int home) throws Exception {
        if (LibC.setns(namespace, LibC.CLONE_NEWNET) < 0) {
            throw ErrnoException.last("setns", path);
        }
        try {
            result = opener.call();
        } finally {
            // Thread.join returns before the kernel's thread is gone: come back first, and nobody can see us there.
            // Should this fail, the thread's end leaves the namespace a moment later.
            LibC.setns(home, LibC.CLONE_NEWNET);
        }
    }

    private static void joinWhateverComes(Thread visitor) {
        boolean interrupted = false;
        while (true) {
            try {
                visitor.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
