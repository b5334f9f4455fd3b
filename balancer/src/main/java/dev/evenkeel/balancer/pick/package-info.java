/**
 * Which of several nodes? A {@link dev.evenkeel.balancer.pick.Picker} chooses among candidates; how loaded each is, it
 * asks a cost. A new picker is a class with a factory in {@code Picker} and a line in {@code Policies}.
 */
@NullMarked
package dev.evenkeel.balancer.pick;

import org.jspecify.annotations.NullMarked;
