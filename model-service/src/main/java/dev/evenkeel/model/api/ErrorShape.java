package dev.evenkeel.model.api;

/** How an API says that something went wrong. */
interface ErrorShape {

    int status(Problem.Kind kind);

    byte[] body(Problem problem);
}
