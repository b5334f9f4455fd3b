package dev.evenkeel.batcher;

/**
 * What is outstanding, all of one moment.
 *
 * @param waitingInputs inputs that wait for a batch
 * @param waitingWork their work units
 * @param runningWork work units of the batches that were handed out and are not finished
 */
public record Backlog(int waitingInputs, long waitingWork, long runningWork) {

    /** Work units inside: waiting and in prediction. */
    public long work() {
        return waitingWork + runningWork;
    }
}
