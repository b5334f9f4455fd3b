package dev.evenkeel.batcher;

/** Stands for a request that was accepted; with it what is left of the request can be cancelled. */
public interface Ticket {}
