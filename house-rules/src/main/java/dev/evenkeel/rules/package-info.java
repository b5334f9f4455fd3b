/**
 * The architecture, executable: {@link dev.evenkeel.rules.HouseRules} is checked by a test in every module. A new rule
 * is added there once, and holds everywhere.
 */
@NullMarked
package dev.evenkeel.rules;

import org.jspecify.annotations.NullMarked;
