package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A buffer with its count of references in itself. Netty's has it in an object of its own: one more cache line that
 * goes from core to core when one thread reads a packet and another releases it. Any thread.
 */
abstract class CountedBuf extends AbstractByteBuf {
    private static final VarHandle REFERENCES;

    static {
        try {
            REFERENCES = MethodHandles.lookup().findVarHandle(CountedBuf.class, "references", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int references;

    /** With no references: nobody's. */
    CountedBuf() {
        super(0);
    }

    @Override
    public int refCnt() {
        return (int) REFERENCES.getOpaque(this);
    }

    /** Whether nobody else holds it; and if so, what others did to it before they let it go has happened. */
    final boolean isLastReference() {
        return (int) REFERENCES.getAcquire(this) == 1;
    }

    /** The first reference of a new life. */
    final void resetRefCnt() {
        REFERENCES.setRelease(this, 1);
    }

    /** The end of a life, when nobody else holds it. */
    final void endRefCnt() {
        REFERENCES.setRelease(this, 0);
    }

    @Override
    public ByteBuf retain() {
        return retain(1);
    }

    @Override
    public ByteBuf retain(int increment) {
        add(requirePositive(increment, "increment"));
        return this;
    }

    /** @return how many references are left */
    final int letGo(int decrement) {
        return add(-requirePositive(decrement, "decrement"));
    }

    private static int requirePositive(int by, String what) {
        if (by <= 0) {
            throw new IllegalArgumentException(what + " must be positive: " + what + "=" + by);
        }
        return by;
    }

    private int add(int by) {
        int before;
        int after;
        do {
            before = (int) REFERENCES.getOpaque(this);
            after = before + by;
            if (before == 0 || after < 0) { // it is gone; or too many leave, or come
                throw new IllegalReferenceCountException(before, by);
            }
        } while (!REFERENCES.compareAndSet(this, before, after));
        return after;
    }
}
