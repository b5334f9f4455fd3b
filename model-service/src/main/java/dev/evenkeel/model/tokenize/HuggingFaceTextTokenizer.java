package dev.evenkeel.model.tokenize;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face's tokenizers through DJL. Two instances of one file: truncation is a setting of the instance, and cutting
 * ids by hand would lose the closing special token. {@code batchEncode} is not used: it brings its own thread pool, sized
 * to the host. Nor is {@code encode}: it copies the text of every token, its place and its word too, so ids are asked of
 * the library that is under it.
 */
final class HuggingFaceTextTokenizer implements TextTokenizer {

    /**
     * The native tokenizer keeps some hundred bytes for each character it is given. Text has 4 or 5 characters a token, and
     * a long URL or number 3; more than 128 over a whole text is an attack or a mistake.
     */
    private static final int CHARACTERS_PER_TOKEN = 128;

    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final HuggingFaceTokenizer whole;
    private final HuggingFaceTokenizer cut;
    private final long maxCharacters;

    private HuggingFaceTextTokenizer(HuggingFaceTokenizer whole, HuggingFaceTokenizer cut, long maxCharacters) {
        this.whole = whole;
        this.cut = cut;
        this.maxCharacters = maxCharacters;
    }

    static TextTokenizer load(Path tokenizerJson, int maxTokens) throws IOException {
        if (!Files.isRegularFile(tokenizerJson)) {
            throw new IOException("there is no " + tokenizerJson + ": a model's folder needs a tokenizer.json in"
                    + " Hugging Face's format");
        }
        try {
            HuggingFaceTokenizer whole = HuggingFaceTokenizer.builder()
                    .optTokenizerPath(tokenizerJson)
                    .optTruncation(false)
                    .optPadding(false)
                    .build();
            HuggingFaceTokenizer cut = HuggingFaceTokenizer.builder()
                    .optTokenizerPath(tokenizerJson)
                    .optTruncation(true)
                    .optMaxLength(maxTokens)
                    .optPadding(false)
                    .build();
            return new HuggingFaceTextTokenizer(whole, cut, (long) maxTokens * CHARACTERS_PER_TOKEN);
        } catch (RuntimeException e) {
            throw new IOException(tokenizerJson + " is no tokenizer: " + e.getMessage(), e);
        }
    }

    @Override
    public Encoded encode(String text, @Nullable String pair, boolean truncate) {
        if (truncate) {
            return encode(cut.getHandle(), shortened(text), pair == null ? null : shortened(pair));
        }
        requireShort(text.length() + (pair == null ? 0L : pair.length()));
        return encode(whole.getHandle(), text, pair);
    }

    private void requireShort(long characters) {
        if (characters > maxCharacters) {
            throw new TextTooLongException(characters, maxCharacters);
        }
    }

    @Override
    public List<TextToken> tokens(String text, boolean special) {
        requireShort(text.length());
        Encoding encoding = whole.encode(text, special, false);
        long[] ids = encoding.getIds();
        String[] names = encoding.getTokens();
        long[] specials = encoding.getSpecialTokenMask();
        CharSpan[] places = encoding.getCharTokenSpans();
        int[] characters = text.codePoints().toArray();
        List<TextToken> tokens = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            int id = Math.toIntExact(ids[i]);
            // DJL's spans are null where the library has none
            @Nullable CharSpan place = specials[i] == 1 ? null : places[i];
            tokens.add(
                    place == null
                            ? new TextToken(id, names[i], true, 0, 0)
                            : new TextToken(id, slice(characters, place), false, place.getStart(), place.getEnd()));
        }
        return tokens;
    }

    private static String slice(int[] characters, CharSpan place) {
        int end = Math.min(place.getEnd(), characters.length);
        int start = Math.min(place.getStart(), end);
        return new String(characters, start, end - start);
    }

    /** Its first characters, no half of one at the end. */
    private String shortened(String text) {
        if (text.length() <= maxCharacters) {
            return text;
        }
        int end = (int) maxCharacters;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    private static Encoded encode(long tokenizer, String text, @Nullable String pair) {
        long encoding =
                pair == null ? LIBRARY.encode(tokenizer, text, true) : LIBRARY.encodeDual(tokenizer, text, pair, true);
        try {
            long[] given = LIBRARY.getTokenIds(encoding);
            int[] ids = new int[given.length];
            for (int i = 0; i < given.length; i++) {
                ids[i] = Math.toIntExact(given[i]);
            }
            return new Encoded(ids, pair == null ? ids.length : firstOne(LIBRARY.getTypeIds(encoding)));
        } finally {
            LIBRARY.deleteEncoding(encoding);
        }
    }

    private static int firstOne(long[] segments) {
        int i = 0;
        while (i < segments.length && segments[i] == 0) {
            i++;
        }
        return i;
    }

    @Override
    public void close() {
        whole.close();
        cut.close();
    }
}
