package dev.evenkeel.model.predict;

/**
 * One input of a model.
 *
 * @param ids token ids, at least one, not padded
 * @param second where the second text of a pair begins ({@code token_type_ids} are 1 from there), 0 to {@code ids.length};
 *     {@code ids.length} when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; boxed ids would be ten times the size
public record Tokens(int[] ids, int second) implements Example {

    public Tokens {
        if (ids.length == 0 || second < 0 || second > ids.length) {
            throw new IllegalArgumentException("ids must be one or more and second from 0 to their number, not "
                    + ids.length + " ids with second " + second);
        }
    }

    @Override
    public int length() {
        return ids.length;
    }

    /** A single text. */
    public static Tokens of(int... ids) {
        return new Tokens(ids, ids.length);
    }
}
