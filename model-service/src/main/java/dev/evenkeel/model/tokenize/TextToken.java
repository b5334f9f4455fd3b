package dev.evenkeel.model.tokenize;

/**
 * A token and where it stands.
 *
 * @param id in the vocabulary
 * @param text the token's own for a special one, else what it stands for in the text
 * @param special made by the tokenizer, with no place in the text
 * @param start its first character, counted in code points from 0; 0 for a special one
 * @param stop the character after its last one; 0 for a special one
 */
public record TextToken(int id, String text, boolean special, int start, int stop) {}
