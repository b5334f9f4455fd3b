/**
 * The micro-batcher: waiting inputs, counted in work, become batches at the moment a worker frees.
 *
 * <p>Start at {@link dev.evenkeel.batcher.BatchQueue}, the passive core: one owner, no threads, no clock, so that a
 * simulator runs it on virtual time. {@link dev.evenkeel.batcher.Batcher} is the same queue for worker threads. Requests
 * take turns (fair queueing, Nagle 1985, RFC 970): a batch takes one input from each waiting request before a second from
 * any. Another order of service (priorities, inputs of like length) is another implementation of the queue.
 */
@NullMarked
package dev.evenkeel.batcher;

import org.jspecify.annotations.NullMarked;
