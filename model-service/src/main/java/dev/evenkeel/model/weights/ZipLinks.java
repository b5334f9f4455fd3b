package dev.evenkeel.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * The symbolic links of a zip, which the JDK would unpack as files that contain the link's target. Reads the central
 * directory as PKWARE's APPNOTE 6.3.10 describes it (4.3.12, 4.3.14 to 4.3.16); Unix's mode is in the upper half of the
 * external attributes.
 */
final class ZipLinks {

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END_64_LOCATOR = 0x07064b50;
    private static final int END_64_LOCATOR_BYTES = 20;
    private static final int END_64_BYTES = 56;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;

    /** A zip's comment ends it, and its length has two bytes. */
    private static final int MAX_COMMENT_BYTES = 0xffff;

    /** Ten thousand entries with names and extra fields of 6 kB each. */
    private static final long MAX_DIRECTORY_BYTES = 64L << 20;

    private static final int FILE_TYPE = 0xf000;
    private static final int SYMBOLIC_LINK = 0xa000;

    private ZipLinks() {}

    /** Their names. */
    static List<String> in(Path zip) throws IOException {
        try (FileChannel channel = FileChannel.open(zip, StandardOpenOption.READ)) {
            ByteBuffer directory = directory(channel);
            List<String> links = new ArrayList<>();
            while (directory.remaining() >= ENTRY_BYTES && directory.getInt(directory.position()) == ENTRY) {
                int at = directory.position();
                int nameBytes = directory.getShort(at + 28) & 0xffff;
                int moreBytes = (directory.getShort(at + 30) & 0xffff) + (directory.getShort(at + 32) & 0xffff);
                int mode = directory.getShort(at + 40) & 0xffff;
                if (ENTRY_BYTES + nameBytes + moreBytes > directory.remaining()) {
                    throw new ZipException("an entry is longer than the directory");
                }
                if ((mode & FILE_TYPE) == SYMBOLIC_LINK) {
                    byte[] name = new byte[nameBytes];
                    directory.get(at + ENTRY_BYTES, name);
                    links.add(new String(name, StandardCharsets.UTF_8));
                }
                directory.position(at + ENTRY_BYTES + nameBytes + moreBytes);
            }
            return links;
        }
    }

    private static ByteBuffer directory(FileChannel zip) throws IOException {
        long tailAt = Math.max(0, zip.size() - END_BYTES - MAX_COMMENT_BYTES);
        ByteBuffer tail = read(zip, tailAt, zip.size() - tailAt);
        int end = tail.limit() - END_BYTES;
        while (end >= 0 && !isEnd(tail, end)) {
            end--;
        }
        if (end < 0) {
            throw new ZipException("it has no end record");
        }
        long endAt = tailAt + end;
        long bytes = tail.getInt(end + 12) & 0xffffffffL;
        if (endAt >= END_64_LOCATOR_BYTES) {
            ByteBuffer locator = read(zip, endAt - END_64_LOCATOR_BYTES, END_64_LOCATOR_BYTES);
            if (locator.getInt(0) == END_64_LOCATOR) {
                endAt = locator.getLong(8);
                bytes = read(zip, endAt, END_64_BYTES).getLong(40);
            }
        }
        // the directory is right before its end record, also in a zip that something was put in front of
        return read(zip, endAt - bytes, bytes);
    }

    private static boolean isEnd(ByteBuffer tail, int at) {
        return tail.getInt(at) == END && at + END_BYTES + (tail.getShort(at + 20) & 0xffff) == tail.limit();
    }

    private static ByteBuffer read(FileChannel zip, long at, long bytes) throws IOException {
        if (at < 0 || bytes < 0 || bytes > MAX_DIRECTORY_BYTES || at + bytes > zip.size()) {
            throw new ZipException("its directory is not where its end record says");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (zip.read(buffer, at + buffer.position()) < 0) {
                throw new ZipException("it ends too soon");
            }
        }
        return buffer.flip();
    }
}
