// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import static java.util.stream.Collectors.joining;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a program was given, by id, oldest first: lines {@code id:base64}. The last one encrypts, all decrypt.
 * Nothing of a key is ever in a message.
 */
final class MasterKeys {
    static final int KEY_BYTES = 32;

    private static final int STICKY = 0x200;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final String MAKE_ONE = "make one with 'openssl rand -base64 32'";

    private final Map<String, SecretKey> keys = new LinkedHashMap<>();
    private final String source;
    private String newest = "";

    private MasterKeys(String source, List<String> lines) {
        this.source = source;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).trim();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add("entry " + (i + 1) + " of " + source, line);
            }
        }
        if (keys.isEmpty()) {
            throw unusable(source + " holds no key: write a line id:base64, " + MAKE_ONE);
        }
    }

    /** Reads a file that only those can read who may read the data. */
    static MasterKeys ofFile(Path file) {
        String source = "the key file '" + file + "'";
        try {
            refuseIfOpenToOthers(file, source);
            return new MasterKeys(source, Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            throw unusable(source + " is not there: create it, or correct " + EncryptionOptions.KEY_FILE.key());
        } catch (MalformedInputException e) {
            throw unusable(source + " is no text: write lines id:base64, " + MAKE_ONE);
        } catch (IOException e) {
            throw unusable(source + " cannot be read: " + e + "; let this user read it");
        }
    }

    /** Reads an environment variable, in which entries are separated by blanks, commas or newlines. */
    static MasterKeys ofEnvironment(String variable, Function<String, @Nullable String> environment) {
        String value = environment.apply(variable);
        if (value == null) {
            throw unusable("the environment variable '" + variable + "' is not set, which "
                    + EncryptionOptions.KEY_ENV.key() + " names: set it to id:base64, " + MAKE_ONE);
        }
        return new MasterKeys("the environment variable '" + variable + "'", List.of(value.split("[\\s,]+")));
    }

    /** As ssh does: no other user may read or change it, or put another file in its place. */
    private static void refuseIfOpenToOthers(Path file, String source) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            return; // not a file system with such permissions
        }
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw unusable(source + " can be changed by its group (" + PosixFilePermissions.toString(permissions)
                    + "): chmod 600 it");
        }
        refuseIfOfAnother(file, source);
        refuseIfReplaceable(file, source);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw unusable(source + " is open to every user (" + PosixFilePermissions.toString(permissions)
                    + "): chmod 600 it, and replace its keys if others could log in");
        }
    }

    /** Its owner must be root or this process's user, where the system says who that is. */
    private static void refuseIfOfAnother(Path file, String source) throws IOException {
        Path process = Path.of("/proc/self");
        if (Files.exists(process)
                && !Integer.valueOf(0).equals(Files.getAttribute(file, "unix:uid"))
                && !Files.getOwner(file).equals(Files.getOwner(process))) {
            throw unusable(source + " belongs to '" + Files.getOwner(file) + "', who could change it: chown it to "
                    + Files.getOwner(process));
        }
    }

    /** In a directory with the sticky bit, which every user can write to, only its owner can replace a file. */
    private static void refuseIfReplaceable(Path file, String source) throws IOException {
        Path directory = file.toRealPath().getParent();
        if (directory == null) {
            return;
        }
        boolean sticky = ((int) (Integer) Files.getAttribute(directory, "unix:mode") & STICKY) != 0;
        if (!sticky && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
            throw unusable(source + " lies in the directory '" + directory
                    + "', in which every user can put another file in its place: chmod o-w it");
        }
    }

    private void add(String where, String line) {
        int colon = line.indexOf(':');
        String id = colon < 0 ? "" : line.substring(0, colon).trim();
        if (!isId(id)) {
            throw unusable(where + " is not id:base64, with an id of 1 to 32 of A-Z, a-z, 0-9, '.', '_' and '-'");
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(line.substring(colon + 1).trim());
        } catch (IllegalArgumentException e) {
            throw unusable("the key of " + where + " is not in base64: " + MAKE_ONE);
        }
        if (key.length != KEY_BYTES) {
            throw unusable("the key of " + where + " has " + key.length + " bytes and must have " + KEY_BYTES + ": "
                    + MAKE_ONE);
        }
        if (keys.put(id, new SecretKeySpec(key, "AES")) != null) {
            throw unusable("the key '" + id + "', " + where + ", was given before: each key needs an id of its own");
        }
        newest = id;
    }

    private static MillraceException unusable(String message) {
        return new MillraceException(ErrorCode.USER_CONFIG, message);
    }

    /** Whether it can be the id of a key. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The id of the key that encrypts. */
    String newest() {
        return newest;
    }

    @Nullable
    SecretKey find(String id) {
        return keys.get(id);
    }

    SecretKey key(String id) {
        SecretKey key = find(id);
        if (key == null) {
            throw new IllegalArgumentException("no key '" + id + "'");
        }
        return key;
    }

    /** Where they are from and which they are, for messages. */
    @Override
    public String toString() {
        return source + " (" + keys.keySet().stream().map(id -> "'" + id + "'").collect(joining(", ")) + ")";
    }
}
