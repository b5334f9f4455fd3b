/**
 * The micro-batcher: waiting inputs, counted in work, become batches at the moment a worker frees.
 *
 * <p>Start at {@link dev.evenkeel.batcher.BatchQueue}, the passive core: one owner, no threads, no clock, so that a
 * simulator runs it on virtual time. {@link dev.evenkeel.batcher.Batcher} is the same queue for worker threads. Requests
 * take turns (fair queueing, Nagle 1985, RFC 970), interactive before bulk: each waiting request is considered with one
 * input before any with a second, and of what is considered those of like length share a batch, since a batch costs what
 * its longest input costs times their number. What waits past its deadline is dropped. Another order of service is another
 * implementation of the queue. {@link dev.evenkeel.batcher.ServiceCurve} says how long a batch takes.
 */
@NullMarked
package dev.evenkeel.batcher;

import org.jspecify.annotations.NullMarked;
