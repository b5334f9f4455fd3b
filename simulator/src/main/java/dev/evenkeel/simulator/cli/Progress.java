package dev.evenkeel.simulator.cli;

import java.io.Console;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far it is: a bar on a terminal, nothing elsewhere. */
sealed interface Progress extends AutoCloseable {

    static Progress of(int runs) {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                ? new Bar(bar(runs))
                : new None();
    }

    private static ProgressBar bar(int runs) {
        return new ProgressBarBuilder()
                .setTaskName("simulating")
                .setInitialMax(runs)
                .setStyle(ProgressBarStyle.ASCII)
                .build();
    }

    /** One more run is done. */
    void step();

    @Override
    void close();

    record Bar(ProgressBar bar) implements Progress {

        @Override
        public void step() {
            bar.step();
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    record None() implements Progress {

        @Override
        public void step() {}

        @Override
        public void close() {}
    }
}
