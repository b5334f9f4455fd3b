package dev.evenkeel.model.tokenize;

/**
 * A text, or a pair, as a model reads it.
 *
 * @param ids token ids, special tokens included, not padded
 * @param second where the second text's tokens begin: {@code token_type_ids} are 1 from there; {@code ids.length} when
 *     there are none, which is so for a single text and for tokenizers that do not tell segments apart
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; boxed ids would be ten times the size
public record Encoded(int[] ids, int second) {}
