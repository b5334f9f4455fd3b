package dev.evenkeel.model.inference;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread as the kernel knows it, which may be told to make room for others: a native call cannot be ended, but it need not
 * have as much of the CPU as those that answer. On Linux each thread has a nice value of its own, and may always be given a
 * higher one (setpriority(2)); elsewhere there is none to be had.
 *
 * @param id of the thread, as {@code gettid(2)} has it
 */
record KernelThread(int id) {

    private static final Logger log = LoggerFactory.getLogger(KernelThread.class);

    private static final int PRIO_PROCESS = 0;

    /** A seventieth of what a thread of the usual priority gets beside it. */
    private static final int NICEST = 19;

    /** The one that calls; empty where threads have no priorities of their own. */
    static Optional<KernelThread> current() {
        return function("gettid", FunctionDescriptor.of(JAVA_INT)).flatMap(gettid -> {
            try {
                return Optional.of(new KernelThread((int) gettid.invokeExact()));
            } catch (Throwable e) {
                log.debug("the thread's id is not known", e);
                return Optional.empty();
            }
        });
    }

    /** From now on it has what hardly anybody else wants. */
    void makeRoom() {
        function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT))
                .ifPresent(setpriority -> {
                    try {
                        int result = (int) setpriority.invokeExact(PRIO_PROCESS, id, NICEST);
                        log.debug("thread {} makes room: {}", id, result == 0);
                    } catch (Throwable e) {
                        log.debug("thread {} keeps its priority", id, e);
                    }
                });
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(address -> linker.downcallHandle(address, type));
    }
}
