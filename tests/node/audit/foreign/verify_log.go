// Verifies a log directory with the sumdb packages of Go's x/mod alone: nothing of Leeward is used
// here. They are found as sumdb/note and sumdb/tlog in a GOPATH that the test makes.
//
//	go run verify_log.go DIRECTORY LOG_VKEY [WITNESS_VKEY...]
//
// The checkpoint is signed by the log and cosigned by each witness that is named; every tile hashes to
// its root; every entry is the leaf that the tiles say; each of a sample of entries, and each of a
// sample of earlier trees, is proven to be part of it. Prints the size; exits 1 at the first fault.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sumdb/note"
	"sumdb/tlog"
)

const height = 8

func must(err error, doing string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", doing, err)
		os.Exit(1)
	}
}

// Signature type 04, which x/mod does not have: c2sp.org/tlog-cosignature.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(message, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(signature[:8])
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, message)
	return ed25519.Verify(w.key, []byte(signed), signature[8:])
}

func newWitness(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not name+id+key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a cosignature key")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	id := binary.BigEndian.Uint32(digest[:4])
	if fmt.Sprintf("%08x", id) != parts[1] {
		return nil, errors.New("the id is not the key's")
	}
	return witness{parts[0], id, key[1:]}, nil
}

// The tiles of a folder laid out as c2sp.org/tlog-tiles: without the height in the path.
type folder string

func (f folder) Height() int                                { return height }
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(data))
		}
		out = append(out, data)
	}
	return out, nil
}

func (f folder) entries(bundle, size int64) [][]byte {
	tile := tlog.Tile{H: height, L: 0, N: bundle, W: 1 << height}
	if size-bundle<<height < 1<<height {
		tile.W = int(size - bundle<<height)
	}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), path))
	must(err, "reading entries")
	var out [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		out = append(out, data[2:2+length])
		data = data[2+length:]
	}
	if len(out) != tile.W {
		must(fmt.Errorf("%s has %d entries", path, len(out)), "reading entries")
	}
	return out
}

func openTree(dir string, vkeys []string) tlog.Tree {
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err, "reading the checkpoint")
	log, err := note.NewVerifier(vkeys[0])
	must(err, "the log's key")
	known := []note.Verifier{log}
	for _, vkey := range vkeys[1:] {
		one, err := newWitness(vkey)
		must(err, "a witness's key")
		known = append(known, one)
	}
	opened, err := note.Open(text, note.VerifierList(known...))
	must(err, "opening the checkpoint")
	if len(opened.Sigs) != len(known) {
		must(fmt.Errorf("%d of %d signatures", len(opened.Sigs), len(known)), "opening the checkpoint")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() {
		must(errors.New("not three lines under the log's name"), "reading the checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "reading the size")
	root, err := tlog.ParseHash(lines[2])
	must(err, "reading the root")
	return tlog.Tree{N: size, Hash: root}
}

func main() {
	dir := folder(os.Args[1])
	tree := openTree(os.Args[1], os.Args[2:])
	reader := tlog.TileHashReader(tree, dir)
	var earlier tlog.Hash
	for n := int64(0); n < tree.N; n += 1 << height {
		entries := dir.entries(n>>height, tree.N)
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, n+int64(i)))
		}
		hashes, err := reader.ReadHashes(indexes)
		must(err, "reading a tile")
		for i, entry := range entries {
			if tlog.RecordHash(entry) != hashes[i] {
				must(fmt.Errorf("entry %d", n+int64(i)), "an entry is not the leaf of its tile")
			}
		}
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		must(err, "proving an entry")
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, n, hashes[0]), "checking an entry")
		if n > 0 {
			earlier, err = tlog.TreeHash(n, reader)
			must(err, "an earlier tree")
			growth, err := tlog.ProveTree(tree.N, n, reader)
			must(err, "proving growth")
			must(tlog.CheckTree(growth, tree.N, tree.Hash, n, earlier), "checking growth")
		}
	}
	fmt.Println(tree.N)
}
