package dev.evenkeel.model.predict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a TorchScript file says of its {@code forward}, which DJL has no call for. The file is a zip: {@code data.pkl} opens
 * with the class of the module, and {@code code/} has the source of that class (PyTorch's
 * {@code torch/csrc/jit/docs/serialization.md}).
 */
final class TorchScriptArchive {

    /** A pickle of protocol 2 whose first word is the class: {@code c__torch__.package\nName\n}. */
    private static final Pattern CLASS = Pattern.compile("\\A.{2}c([\\w.]+)\n(\\w+)\n", Pattern.DOTALL);

    /** A parameter, and whether it has a default. No type of TorchScript has a colon in it. */
    private static final Pattern PARAMETER = Pattern.compile("(\\w+):\\s[^:=,]*(=)?");

    private static final List<String> USUAL = List.of(DjlModel.IDS, DjlModel.MASK, DjlModel.SEGMENTS);

    private TorchScriptArchive() {}

    /**
     * The names of the inputs that a model takes, in its order. A traced model may have lost their names: its first three
     * are then ids, mask and segments.
     */
    static List<String> inputs(String model, Path file) throws IOException {
        List<String> parameters = parameters(model, file);
        return parameters.contains(DjlModel.IDS)
                ? parameters
                : List.copyOf(USUAL.subList(0, Math.min(parameters.size(), USUAL.size())));
    }

    /** The names of forward's parameters, without those that may be left out. */
    static List<String> parameters(String model, Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return parameters(zip);
        } catch (IOException e) {
            throw new IOException("model " + model + ": " + file + " is no TorchScript model: " + e.getMessage(), e);
        }
    }

    private static List<String> parameters(ZipFile zip) throws IOException {
        String pickle = zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith("/data.pkl"))
                .findFirst()
                .orElseThrow(() -> new IOException("it has no data.pkl"));
        Matcher type = CLASS.matcher(text(zip, pickle));
        if (!type.find()) {
            throw new IOException("its data.pkl names no class");
        }
        String root = pickle.substring(0, pickle.length() - "data.pkl".length());
        String code = text(zip, root + "code/" + type.group(1).replace('.', '/') + ".py");
        int start = code.indexOf("def forward(self", Math.max(0, code.indexOf("class " + type.group(2) + "(")));
        int end = code.indexOf(") ->", start);
        if (start < 0 || end < 0) {
            throw new IOException("its class " + type.group(2) + " has no forward");
        }
        return PARAMETER
                .matcher(code.substring(start, end))
                .results()
                .filter(found -> !found.group(1).equals("self"))
                .filter(found -> found.group(2) == null || USUAL.contains(found.group(1)))
                .map(found -> found.group(1))
                .toList();
    }

    /** Byte for byte, for a pickle is no UTF-8. */
    private static String text(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("it has no " + name);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
