/**
 * Text to token ids. Start at {@link dev.evenkeel.model.tokenize.TextTokenizer}; a tokenizer of another kind is another
 * implementation of it. Knows nothing of models beyond their {@code tokenizer.json}.
 */
@NullMarked
package dev.evenkeel.model.tokenize;

import org.jspecify.annotations.NullMarked;
